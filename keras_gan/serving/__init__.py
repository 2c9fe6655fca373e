"""From a model to what serves it: `export`.

    keras_gan.serving.export(model, "models/", name="my_gan")  # a model that you trained
    keras_gan.zoo.export("cgan_mnist", "models/")              # an entry of the zoo

Signatures, client code and the settings of the server: docs/serving/README.md.
"""

from keras_gan.serving.export import FORMATS, export

__all__ = ["FORMATS", "export"]
