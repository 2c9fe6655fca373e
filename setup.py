from setuptools import find_packages, setup

# The folder zoo/ of a checkout is the data package keras_gan.zoo.entries of a wheel.
setup(
    packages=[*find_packages(include=["keras_gan", "keras_gan.*"]), "keras_gan.zoo.entries"],
    package_dir={"keras_gan.zoo.entries": "zoo"},
)
