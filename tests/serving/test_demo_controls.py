"""The demo page has a control for what a model is told, whatever that is."""

import pytest
from variants import make

from keras_gan import zoo

gradio = pytest.importorskip("gradio", reason="needs gradio: pip install '.[demo]'")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind"),
    [("DCGAN", "State"), ("CGAN", "Dropdown"), ("GANCLS", "Textbox"), ("AudioToScene", "Audio")],
)
def test_what_a_model_is_told_has_a_control(name, kind, tmp_path):
    from keras_gan.serving import demo

    model = make(name)
    model.compile()
    model.save(tmp_path / "model.keras")
    trained = zoo.find(tmp_path / "model.keras")
    with gradio.Blocks() as page:
        assert isinstance(demo._condition(model), getattr(gradio, kind))
        demo._controls_of(trained)(trained.load())
    kinds = [type(each).__name__ for each in page.blocks.values()]
    assert kind in kinds and kinds.count("Image") == 2
