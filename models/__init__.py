"""Language models, encoders and classifiers, all named by URI."""
