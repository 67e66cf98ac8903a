"""The only LangGraph code: one call, and its judging."""
