"""Export of models for production: `export`.

    keras_gan.serving.export("cgan_mnist", "models/")          # an entry of the zoo
    keras_gan.serving.export(model, "models/", name="my_gan")  # a model that you trained

Signatures, client code and the settings of the server: docs/serving/README.md.
"""

from keras_gan.serving.export import FORMATS, export

__all__ = ["FORMATS", "export"]
