"""What SFT and GRPO share: the model they start from, where they write, how they are followed.

A stage writes into one folder: `settings.json`, `log.jsonl` (one line each log step), TensorBoard
events, checkpoints while it runs, and at the end the model. The same command goes on with a
stage that was interrupted, from its last checkpoint, and leaves a finished one alone.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ai_salesman.conversation.errors import InputError, MissingPartError
from ai_salesman.corpus.dialogue import CorpusDialogue
from ai_salesman.models.act_hints import HINTS_FILE
from ai_salesman.models.adapters import with_adapter
from ai_salesman.models.weights import CARD_FILE, weights_of
from ai_salesman.training.base_settings import Count, Rate
from ai_salesman.training.hearing import AS_SPOKEN, Hearing, hear_corpus
from ai_salesman.training.own_tokenizer import PLAN
from ai_salesman.training.prompt_form import PromptForm
from ai_salesman.training.stage_card import write_stage_card

__all__ = [
    "StageFolder",
    "StageSettings",
    "StartingPoint",
    "common_arguments",
    "open_start",
    "with_lora",
]

_SETTINGS = "settings.json"
_CHECKPOINTS = "checkpoints"
_LARGE = 200_000_000
"""Parameters from which a model keeps the precision it is stored in."""


class StageSettings(BaseModel):
    """What every stage is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: str
    """URI of the model that training starts from: `embedded[:variant]` or `hf:<path or id>`."""
    steps: Count
    rate: Rate
    """Highest learning rate; it falls in a straight line after the warm-up."""
    warm_up: Annotated[int, Field(ge=0)] = 10
    seed: Annotated[int, Field(ge=0)] = 1
    lora: Annotated[int, Field(ge=0)] = 16
    """Rank of a LoRA adapter that is trained instead of all weights; 0 trains all, and wants
    about a tenth of the learning rate."""
    checkpoint_every: Count = 50


class StartingPoint(NamedTuple):
    """A loaded base model."""

    model: Any
    tokenizer: Any
    form: PromptForm
    hears_hints: bool = False
    """It is told hints of the customer's words, and not these."""

    def hearing(self, dialogues: Sequence[CorpusDialogue]) -> Hearing:
        """How it hears the customers of a corpus."""
        return hear_corpus(dialogues) if self.hears_hints else AS_SPOKEN

    @property
    def is_small(self) -> bool:
        """Small enough for training in single precision, on a processor."""
        return bool(self.model.num_parameters() < _LARGE)

    @property
    def is_own(self) -> bool:
        """It has the tokenizer of the package's own models."""
        return PLAN in self.tokenizer.get_vocab()


class StageFolder:
    """The folder of one stage.

    Raises:
        InputError: it holds a stage with other settings.
    """

    def __init__(self, path: Path, settings: StageSettings):
        self.path = path
        self._settings = settings
        path.mkdir(parents=True, exist_ok=True)
        written = path / _SETTINGS
        wanted = settings.model_dump_json(indent=1)
        if written.exists() and json.loads(written.read_text("utf-8")) != json.loads(wanted):
            raise InputError(
                "holds a training with other settings; delete the folder, or name another one",
                source=path,
            )
        part = written.with_suffix(".part")
        part.write_text(wanted + "\n", encoding="utf-8")
        part.replace(written)

    @property
    def finished(self) -> bool:
        """The model is there."""
        return (self.path / CARD_FILE).exists()

    @property
    def log(self) -> Path:
        """Figures of each log step, one JSON object a line."""
        return self.path / "log.jsonl"

    def checkpoint(self) -> str | None:
        """The newest whole checkpoint of an interrupted run."""
        # The state is written last: a folder without it was being written when the run was killed.
        whole = (self.path / _CHECKPOINTS).glob("checkpoint-*/trainer_state.json")
        found = sorted(whole, key=lambda path: int(path.parent.name.rpartition("-")[2]))
        return str(found[-1].parent) if found else None

    def finish(self, title: str, model: Any, tokenizer: Any, facts: dict[str, Any]) -> None:
        """Write the model, or its adapter, and its card, and remove the checkpoints."""
        if model.num_parameters() < _LARGE:
            model = model.half()
        training = self._settings.model_dump() | facts
        card = {"prompt_style": "plan", "training": training}
        if hasattr(model, "peft_config"):
            self._write_adapter(model)
            card = {"base": self._settings.base} | card
        else:
            model.save_pretrained(self.path)
            tokenizer.save_pretrained(self.path)
            self._keep_hints()
        write_stage_card(self.path, title, training)
        (self.path / CARD_FILE).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
        shutil.rmtree(self.path / _CHECKPOINTS, ignore_errors=True)

    def _write_adapter(self, model: Any) -> None:
        """The adapter alone; the card names the base that it belongs to."""
        for config in model.peft_config.values():
            config.base_model_name_or_path = self._settings.base
        model.save_pretrained(self.path, save_embedding_layers=False)
        (self.path / "README.md").unlink(missing_ok=True)  # peft's own card, nearly empty

    def _keep_hints(self) -> None:
        weights = weights_of(self._settings.base)
        hints = Path(weights.source) / HINTS_FILE if weights else None
        if hints and hints.exists():
            shutil.copy(hints, self.path / HINTS_FILE)


def open_start(uri: str) -> StartingPoint:
    """Load the model that a stage starts from, small ones in single precision.

    Raises:
        InputError: the URI names no local weights, or the tokenizer cannot be used.
        MissingPartError: the model cannot be loaded.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    weights = weights_of(uri)
    if weights is None:
        raise InputError("must be embedded[:variant] or hf:<path or id>", source=uri)
    source = weights.source
    try:
        tokenizer = AutoTokenizer.from_pretrained(source, padding_side="left")
        model = AutoModelForCausalLM.from_pretrained(source)
    except (OSError, ValueError, RuntimeError, ValidationError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise MissingPartError(f"{uri}: cannot be loaded ({reason})") from error
    hears = (Path(source) / HINTS_FILE).exists()
    start = StartingPoint(model, tokenizer, PromptForm(tokenizer, uri), hears)
    if start.is_small:
        start = start._replace(model=model.float())  # type: ignore[no-untyped-call]
    for adapter in weights.adapters:
        start = start._replace(model=with_adapter(start.model, adapter))
    return start


def common_arguments(folder: StageFolder, settings: StageSettings) -> dict[str, Any]:
    """Arguments that TRL's trainers share."""
    on_gpu = torch.cuda.is_available()
    # TensorBoard's folder can be named in no other way.
    os.environ["TENSORBOARD_LOGGING_DIR"] = str(folder.path / "tensorboard")
    return {
        "output_dir": str(folder.path / _CHECKPOINTS),
        "max_steps": settings.steps,
        "learning_rate": settings.rate,
        "lr_scheduler_type": "linear",
        "warmup_steps": settings.warm_up,
        "max_grad_norm": 1.0,
        "seed": settings.seed,
        "save_steps": settings.checkpoint_every,
        "save_total_limit": 1,
        "logging_steps": 5,
        "report_to": ["tensorboard"],
        "use_cpu": not on_gpu,
        "bf16": on_gpu or bool(torch.cpu._is_avx512_bf16_supported()),
        "gradient_checkpointing": False,
        "disable_tqdm": True,
        "dataloader_pin_memory": on_gpu,
    }


def with_lora(model: Any, rank: int) -> Any:
    """`model` with a LoRA adapter to train over all linear layers; as it is for rank 0."""
    if rank == 0:
        return model
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear")
    return get_peft_model(model, config)
