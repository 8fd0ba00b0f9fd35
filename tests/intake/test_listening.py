import msgspec
import pytest

from feeds.intake.reasons import Refused
from feeds.intake.social.listening import LEXICON, TONES, LexiconError, Listening, TopicWords
from feeds.intake.social.phrases import Phrases, Text


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Cần Thơ miễn phí sách giáo khoa", "92"),
        ("TP.HCM tính giá thu gom rác sinh hoạt mới", "79"),
        ("TP HCM: hiến kế chống ngập", "79"),
        ("Sài Gòn kẹt xe", "79"),
        ("Ngập ở Bình Dương sau cơn mưa lớn", "79"),  # a province of 2020
        ("Người dân Bắc Giang phản ánh", "24"),
        ("Ngư dân xã Tây Yên trôi dạt trên biển", "91"),  # a commune of one province only
        ("Khoác áo mới cho kè biển Phan Thiết", "68"),  # a former town
        ("Làng lụa Hà Tây vào hội", "01"),  # a province until 2008
        ("Ùn ứ từ sớm ở Da Nang", "48"),  # without marks in a text that has them
        ("Thanh Hoá và Thanh Hóa là một", "38"),
        ("Khởi công tuyến đường ven biển qua tỉnh Hòa Bình", "25"),
        ("THỪA THIÊN HUẾ: mưa to", "46"),
        ("Quảng Trị giảm giá vé cho khách đi tàu tới Quảng Trị, Huế", "44"),  # named more often
        ("Đồng Nai, Tây Ninh", "75"),  # the first of two
        ("ngap nang o ha noi chieu nay", "01"),
        ("ket xe o hue qua", "46"),
        ("tp hcm mua lon", "79"),
        ("Khánh thành trường ở TP Vinh", "40"),
        ("Ha\u0300 No\u0323\u0302i ngập", "01"),  # decomposed
    ],
)
def test_place_is_heard(listening, text, place):
    assert listening.hear(text).place == f"2025:{place}"


@pytest.mark.parametrize(
    "text",
    [
        "Hội đồng Hòa bình buộc các bên chấp nhận kế hoạch",
        "Vì một thế giới hòa bình",
        "Mỹ điều thêm tổ hợp Patriot đến Thái Bình Dương",
        "Nước sông Rhine cạn gây thêm trở ngại",
        "Thái Lan - Singapore: chủ nhà thay 6 vị trí",
        "xã Tân Lập họp dân",  # many communes have this name
        "vi mot the gioi hoa binh",  # without marks: peace
        "hue mau cua buc tranh",
        "Trần Quyết Chiến, Bao Phương Vinh tranh giải",
        "Lội Đồng Tháp Mười gặt lúa",
        "song hai duong hoc rat kho",
        "",
    ],
)
def test_false_friends_are_no_place(listening, text):
    assert listening.hear(text).place is None


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Bệnh viện quá tải vì sốt xuất huyết", "health"),
        ("Kẹt xe kéo dài trên quốc lộ, CSGT phân luồng", "traffic"),
        ("Bụi mịn tăng cao, ô nhiễm không khí nghiêm trọng", "environment"),
        ("Học sinh vùng cao được tặng sách giáo khoa trước năm học mới", "education"),
        ("Mưa lớn, sạt lở và lũ quét", "disaster"),
        ("Cháy chung cư lúc nửa đêm", "fire"),
        ("Mất điện cả khu phố, nước sạch cũng bị cắt", "utilities"),
        ("Nộp hồ sơ trực tuyến trên cổng dịch vụ công", "administration"),
        ("Iran đòi Mỹ bồi thường vì gây ô nhiễm vùng Vịnh", "other"),
        ("Concert 'cháy' vé sau một giờ", "other"),
        ("Barca đạt thỏa thuận mua Rodri", "other"),
        ("ket xe va un tac giao thong o ha noi", "traffic"),
        ("", "other"),
    ],
)
def test_topic_is_heard(listening, text, topic):
    assert listening.hear(text).topic == topic


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("Người dân hài lòng vì thủ tục nhanh chóng", "positive"),
        ("Bức xúc vì bãi rác bốc mùi", "negative"),
        ("Hội nghị khai mạc lúc 8 giờ", "neutral"),
        ("Bệnh viện không quá tải, bệnh nhân hài lòng", "positive"),
        ("Dịch vụ không thuận tiện", "negative"),
        ("Vừa khen vừa bức xúc", "neutral"),
    ],
)
def test_tone_is_heard(listening, text, tone):
    assert listening.hear(text).tone == tone


def test_what_the_source_says_is_checked_and_kept(listening):
    assert listening.hear("Cháy chung cư", topic="health", tone="positive").topic == "health"
    with pytest.raises(Refused):
        listening.hear("x", topic="nonsense")
    with pytest.raises(Refused):
        listening.hear("x", tone="nonsense")


def test_the_lexicon_is_complete(listening):
    words = msgspec.yaml.decode((LEXICON / "topics.yaml").read_bytes(), type=TopicWords)
    assert len(words.topics) >= 12
    assert len(listening.topics) == len(words.topics) + 1
    for topic in listening.topics.values():
        assert topic.vi and topic.en and topic.code
    owners = {}
    for topic in words.topics:
        assert len(topic.words) >= 10
        for word in topic.words:
            assert word == word.lower()
            assert owners.setdefault(word, topic.code) == topic.code, f"{word} belongs to two topics"
    assert set(TONES) == {"positive", "neutral", "negative"}


def test_a_lexicon_that_cannot_be_read_is_a_sentence(places, tmp_path):
    for file in LEXICON.glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "tone.yaml").write_text("positve: [a]")
    with pytest.raises(LexiconError, match="tone"):
        Listening.load(places, tmp_path)
    (tmp_path / "tone.yaml").unlink()
    with pytest.raises(LexiconError, match="tone"):
        Listening.load(places, tmp_path)


def test_phrases_longest_first_and_never_inside_another():
    phrases = Phrases([("rác", 1), ("bãi rác", 2), ("bãi rác lớn", 3), ("lớn", 4)])
    assert [hit.meaning for hit in phrases.find(Text.of("Bãi rác lớn, bãi rác, rác lớn"))] == [3, 2, 1, 4]
    assert [hit.meaning for hit in phrases.find(Text.of("bai rac lon"))] == [3]
    assert phrases.find(Text.of("rắc")) == []
