"""The kinds of weld and their labels."""

from tracemark_samples.classes import LABELS, WeldClass


def test_the_labels_stand_in_the_order_of_the_labeling_page() -> None:
    expected = (
        "Good Weld",
        "Burn Through",
        "Contamination",
        "Lack of Fusion",
        "Lack of Shielding Gas",
        "High Travel Speed",
        "Not sure",
    )

    labels = LABELS

    assert labels == expected


def test_not_sure_is_no_kind_of_weld() -> None:
    kinds = list(WeldClass)

    values = [kind.value for kind in kinds]

    assert "Not sure" not in values
