"""Tasks: one base class for each kind of model, which owns its verb and answers for it."""

from keras_gan.tasks.classification import Classification
from keras_gan.tasks.generation import Generation
from keras_gan.tasks.task import Signature, Task
from keras_gan.tasks.translation import Translation

__all__ = ["Classification", "Generation", "Signature", "Task", "Translation"]
