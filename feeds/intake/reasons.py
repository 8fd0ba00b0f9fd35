"""Why an event was refused: one sentence an operator understands, in Vietnamese and in English, and a code to count by.

`stage` says how far the event got: `read` (bytes to JSON), `shape` (JSON to the contract's event), `meaning` (does it
make sense: place, time, quantity). Whatever the sender wrote is quoted cleaned and short.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal

import msgspec

from feeds.intake.text import clean_text

Stage = Literal["read", "shape", "meaning"]


class Rejection(msgspec.Struct, frozen=True):
    """A refused event's reason. `vi` is what the operator reads, `code` is what machines count."""

    code: str
    stage: Stage
    vi: str
    en: str


class Refused(Exception):  # an answer, not an error of ours
    """Raised inside the validation of one event; carries the rejection out."""

    def __init__(self, code: str, /, **words: object) -> None:
        super().__init__(code)
        self.rejection = rejection(code, **words)


def rejection(code: str, /, **words: object) -> Rejection:
    """The rejection `code`, its sentences filled with `words`."""
    stage, vi, en = REASONS[code]
    said = {key: quoted(value) for key, value in words.items()}
    return Rejection(code, stage, vi.format(**said).strip(), en.format(**said).strip())


def quoted(value: object) -> str:
    """`value` fit to stand in a sentence: clean, on one line, short."""
    text = f"{value:g}" if isinstance(value, float) else str(value)[:400]
    return clean_text(text, 120)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word closest to `word`, or an empty string when none is close."""
    found = get_close_matches(word[:80].casefold(), known, 1, 0.6)
    return found[0] if found else ""


def hint(near: str) -> dict[str, str]:
    """The words `near_vi` and `near_en`: a suggestion, or nothing."""
    if not near:
        return {"near_vi": "", "near_en": ""}
    return {"near_vi": f"Có phải ý là “{near}”?", "near_en": f"Did you mean “{near}”?"}


REASONS: dict[str, tuple[Stage, str, str]] = {
    # read
    "json_broken": (
        "read",
        "JSON sai cú pháp (quanh byte {at}): {detail}.",
        "Broken JSON (near byte {at}): {detail}.",
    ),
    "json_truncated": (
        "read",
        "Dữ liệu bị cắt giữa chừng, JSON chưa kết thúc.",
        "The data is cut short: the JSON does not end.",
    ),
    "json_deep": (
        "read",
        "JSON lồng nhau quá sâu; một sự kiện chỉ có vài cấp.",
        "The JSON is nested too deep; an event has only a few levels.",
    ),
    "not_finite": (
        "read",
        "{word} không phải là một con số; thiếu số liệu thì bỏ hẳn thông số đó.",
        "{word} is not a number; leave out a parameter that has no value.",
    ),
    "not_utf8": ("read", "Văn bản không phải mã UTF-8.", "The text is not UTF-8."),
    "empty": ("read", "Không có sự kiện nào trong dữ liệu gửi đến.", "There is no event in what was sent."),
    "body_big": (
        "read",
        "Dữ liệu gửi lên quá lớn; tối đa 10 MB mỗi lần.",
        "The body is too large; at most 10 MB at a time.",
    ),
    "events_many": (
        "read",
        "Quá nhiều sự kiện trong một lần gửi ({n}); tối đa {limit}.",
        "Too many events in one request ({n}); at most {limit}.",
    ),
    "media_type": (
        "read",
        "Kiểu nội dung “{kind}” không nhận; gửi application/json hoặc application/x-ndjson.",
        "The content type “{kind}” is not accepted; send application/json or application/x-ndjson.",
    ),
    "charset": (
        "read",
        "Bảng mã “{charset}” không nhận; gửi UTF-8.",
        "The charset “{charset}” is not accepted; send UTF-8.",
    ),
    "encoding": (
        "read",
        "Kiểu nén “{encoding}” không nhận; gửi không nén hoặc gzip.",
        "The content encoding “{encoding}” is not accepted; send none or gzip.",
    ),
    "gzip_broken": ("read", "Không giải nén được dữ liệu gzip.", "The gzip data cannot be inflated."),
    "away": (
        "read",
        "Kho dữ liệu tạm thời không nhận được; hãy gửi lại sau ít giây.",
        "The store cannot take data at the moment; send again in a few seconds.",
    ),
    "not_judged": (
        "meaning",
        "Hệ thống không xử lý được sự kiện này (lỗi của hệ thống, không phải của nguồn); dữ liệu gốc đã được giữ lại.",
        "The system failed to judge this event (its fault, not the source's); the original data is kept.",
    ),
    # shape
    "not_object": (
        "shape",
        "Mỗi sự kiện phải là một đối tượng JSON {{…}}, nhưng nhận được {got_vi}.",
        "Each event must be a JSON object {{…}}, but this is {got_en}.",
    ),
    "field_unknown": (
        "shape",
        "Trường “{field}” không có trong hợp đồng dữ liệu. {near_vi}",
        "The contract has no field “{field}”. {near_en}",
    ),
    "field_missing": ("shape", "Thiếu trường bắt buộc “{field}”.", "The required field “{field}” is missing."),
    "wrong_type": (
        "shape",
        "“{where}” phải là {want_vi}, nhưng nhận được {got_vi}.",
        "“{where}” must be {want_en}, but is {got_en}.",
    ),
    "number_too_big": (
        "shape",
        "Con số ở “{where}” vượt quá khả năng biểu diễn.",
        "The number at “{where}” is too large to be represented.",
    ),
    # meaning: who and what
    "feed_unknown": ("meaning", "Không có luồng dữ liệu “{feed}”. {near_vi}", "There is no feed “{feed}”. {near_en}"),
    "name_bad": (
        "meaning",
        "“{field}” phải gồm 1–64 chữ, số hoặc dấu . _ - / : và bắt đầu bằng chữ hoặc số.",
        "“{field}” must be 1-64 letters, digits or . _ - / : and start with a letter or digit.",
    ),
    "seq_bad": (
        "meaning",
        "Số thứ tự “seq” phải là số nguyên từ 0 đến 9223372036854775807.",
        "“seq” must be a whole number from 0 to 9223372036854775807.",
    ),
    "entity_missing": (
        "meaning",
        "Thiếu mã thiết bị hoặc trạm (“entity”).",
        "The code of the station or device (“entity”) is missing.",
    ),
    "entity_differs": (
        "meaning",
        "“record.id” ({id}) khác với “entity” ({entity}).",
        "“record.id” ({id}) differs from “entity” ({entity}).",
    ),
    # meaning: where
    "place_shape": (
        "meaning",
        "Không hiểu địa bàn “{place}”: viết 2025:01, 2025:01/00004, 2020:15, agency:byt hoặc vn. {near_vi}",
        "Not a place: “{place}”. Write 2025:01, 2025:01/00004, 2020:15, agency:byt or vn. {near_en}",
    ),
    "scheme_unknown": (
        "meaning",
        "Không có hệ mã địa bàn “{scheme}”; chỉ có 2025 (34 tỉnh, thành phố) và 2020 (63 tỉnh, thành phố).",
        "There is no scheme “{scheme}”; only 2025 (34 units) and 2020 (63 provinces).",
    ),
    "province_unknown": (
        "meaning",
        "Hệ {scheme} không có tỉnh, thành phố mã “{found}”. {near_vi}",
        "Scheme {scheme} has no province “{found}”. {near_en}",
    ),
    "commune_unknown": (
        "meaning",
        "{province} không có xã, phường mã “{found}”. {near_vi}",
        "{province} has no commune “{found}”. {near_en}",
    ),
    "commune_2020": (
        "meaning",
        "Hệ 2020 chỉ nhận mã tỉnh; xã, phường phải ghi theo hệ 2025.",
        "Scheme 2020 takes provinces only; give the commune in scheme 2025.",
    ),
    "agency_unknown": (
        "meaning",
        "Không có cơ quan mã “{found}”. {near_vi}",
        "There is no agency “{found}”. {near_en}",
    ),
    "coordinates_half": (
        "meaning",
        "Toạ độ phải có đủ cả “lat” và “lon”.",
        "Coordinates need both “lat” and “lon”.",
    ),
    "coordinates_swapped": (
        "meaning",
        "Vĩ độ và kinh độ bị đảo: lat={lat}, lon={lon}; Việt Nam có lat 6–24, lon 102–118.",
        "Latitude and longitude are swapped: lat={lat}, lon={lon}; Vietnam has lat 6-24, lon 102-118.",
    ),
    "coordinates_outside": (
        "meaning",
        "Toạ độ lat={lat}, lon={lon} nằm ngoài Việt Nam (lat 6–24, lon 102–118).",
        "The point lat={lat}, lon={lon} is outside Vietnam (lat 6-24, lon 102-118).",
    ),
    # meaning: when
    "time_unreadable": (
        "meaning",
        "Không đọc được thời điểm “{field}” = “{text}”; viết như 2026-11-21T10:30:00+07:00.",
        "The time “{field}” = “{text}” cannot be read; write it like 2026-11-21T10:30:00+07:00.",
    ),
    "time_no_zone": (
        "meaning",
        "Thời điểm “{field}” = “{text}” thiếu múi giờ; thêm +07:00.",
        "The time “{field}” = “{text}” has no zone; add +07:00.",
    ),
    "time_future": (
        "meaning",
        "Thời điểm “{field}” = {text} ở tương lai, quá 5 phút so với giờ máy chủ; kiểm tra đồng hồ của nguồn.",
        "The time “{field}” = {text} is over 5 minutes in the future; check the clock of the source.",
    ),
    "time_zone_wrong": (
        "meaning",
        "Thời điểm “{field}” = {text} sớm hơn thực tế đúng 7 giờ: giờ Việt Nam phải ghi +07:00, không phải Z.",
        "The time “{field}” = {text} is 7 hours ahead: Vietnam's time is written with +07:00, not Z.",
    ),
    "time_ancient": (
        "meaning",
        "Thời điểm “{field}” = {text} trước năm 2000; đồng hồ của nguồn đã bị đặt lại.",
        "The time “{field}” = {text} is before the year 2000; the clock of the source was reset.",
    ),
    "time_late": (
        "meaning",
        "Số liệu lúc {text} đến quá muộn; luồng “{feed}” chỉ nhận trong vòng {hours} giờ.",
        "The data of {text} came too late; the feed “{feed}” accepts {hours} hours back.",
    ),
    # meaning: quantities
    "values_empty": ("meaning", "Sự kiện không có trị số nào.", "The event has no value."),
    "values_many": (
        "meaning",
        "“{where}” có quá nhiều mục ({n}); tối đa {limit}.",
        "“{where}” has too many entries ({n}); at most {limit}.",
    ),
    "parameter_unknown": (
        "meaning",
        "Không có thông số “{name}” trong danh mục. {near_vi}",
        "The catalogue has no parameter “{name}”. {near_en}",
    ),
    "parameter_foreign": (
        "meaning",
        "Thông số “{name}” không thuộc luồng “{feed}”.",
        "The parameter “{name}” does not belong to the feed “{feed}”.",
    ),
    "parameter_twice": (
        "meaning",
        "Thông số “{name}” được gửi hai lần dưới hai tên.",
        "The parameter “{name}” is given twice under two names.",
    ),
    "indicator_posted": (
        "meaning",
        "“{name}” là chỉ tiêu do hệ thống tính, không phải số đo; hãy gửi số đo gốc.",
        "“{name}” is a figure that the system computes; send the readings it is made from.",
    ),
    "unit_unknown": (
        "meaning",
        "Không quy đổi được đơn vị “{unit}” của “{name}”; dùng {known}.",
        "The unit “{unit}” of “{name}” cannot be converted; use {known}.",
    ),
    "value_low": (
        "meaning",
        "Trị số {name} = {value} nhỏ hơn mức thấp nhất có thể ({limit} {unit}).",
        "The value {name} = {value} is below what is possible ({limit} {unit}).",
    ),
    "value_high": (
        "meaning",
        "Trị số {name} = {value} lớn hơn mức cao nhất có thể ({limit} {unit}).",
        "The value {name} = {value} is above what is possible ({limit} {unit}).",
    ),
    "value_negative": (
        "meaning",
        "Số lượng {name} = {value} không thể âm.",
        "The count {name} = {value} cannot be negative.",
    ),
    "value_fraction": (
        "meaning",
        "Số lượng {name} = {value} phải là số nguyên.",
        "The count {name} = {value} must be a whole number.",
    ),
    "status_unknown": (
        "meaning",
        "Không có trạng thái “{status}”; chỉ có 00 đang đo, 01 hiệu chuẩn, 02 báo lỗi, 03 bảo trì.",
        "There is no status “{status}”; only 00 measuring, 01 calibrating, 02 fault, 03 upkeep.",
    ),
    # meaning: records, cameras, posts
    "state_unknown": (
        "meaning",
        "Luồng “{feed}” không có trạng thái “{state}”. {near_vi}",
        "The feed “{feed}” has no state “{state}”. {near_en}",
    ),
    "word_unknown": (
        "meaning",
        "“{state}” trong “{what}” không có trong khai báo của luồng “{feed}”. {near_vi}",
        "“{state}” in “{what}” is not declared by the feed “{feed}”. {near_en}",
    ),
    "field_bad": (
        "meaning",
        "Trường “{field}” phải có tên chữ thường và trị đơn (chữ, số, đúng/sai).",
        "The field “{field}” must have a lower-case name and a plain value (text, number, true/false).",
    ),
    "frame_bad": (
        "meaning",
        "Ảnh “jpeg” phải là JPEG mã base64, tối đa 256 KB.",
        "The “jpeg” must be a JPEG in base64, at most 256 KB.",
    ),
    "text_empty": ("meaning", "Bài đăng không có nội dung.", "The post has no text."),
    "url_unsafe": (
        "meaning",
        "Liên kết phải bắt đầu bằng http:// hoặc https:// và không chứa tên đăng nhập.",
        "The link must start with http:// or https:// and carry no login.",
    ),
    "author_bad": (
        "meaning",
        "“author_hash” phải là chuỗi băm 16–128 ký tự hex, không phải tên tác giả.",
        "“author_hash” must be a hash of 16-128 hex digits, not an author's name.",
    ),
    "topic_unknown": ("meaning", "Không có chủ đề “{topic}”. {near_vi}", "There is no topic “{topic}”. {near_en}"),
    "tone_unknown": (
        "meaning",
        "Không có sắc thái “{tone}”; chỉ có positive, neutral, negative.",
        "There is no tone “{tone}”; only positive, neutral, negative.",
    ),
}
