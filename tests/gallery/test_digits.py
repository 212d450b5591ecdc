"""The 1,797 digits through the sheet: how many gestures it takes."""

from tests.gallery.annotator import digits, labeled


def test_digits_are_labeled_in_300_gestures():
    gestures, share, hand = labeled()
    project = hand.sheet.project
    said = project.to_frame()["digit"].tolist()
    _, answers = digits()
    right = sum(one == str(answer) for one, answer in zip(said, answers, strict=True))
    hand.sheet.close()
    project.close()
    assert right / len(answers) == share >= 0.99
    assert gestures <= 300
