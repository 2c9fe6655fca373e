"""Cartoon heads, rendered with exact landmarks: geometry, drawing, and poses for speech by a rule."""

from keras_gan.data.cartoon.drawing import draw
from keras_gan.data.cartoon.head import Head, Identity, Pose
from keras_gan.data.cartoon.speech import loudness, speak

__all__ = ["Head", "Identity", "Pose", "draw", "loudness", "speak"]
