"""Dossiers as a one-stop system sends them; every name in them is invented."""

import json
from datetime import datetime
from typing import Any

from feeds.catalogue.clock import TZ

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=TZ)
AGENCY = "000.00.00.H26"  # Hà Nội
NUMBER = "000.00.04.H26-261116-0007"

FULL: dict[str, Any] = {
    "MaHoSo": NUMBER, "MaTTHC": "1.001193.000.00.00.H26", "TenTTHC": "Đăng ký khai sinh", "MaLinhVuc": "G15-TP01",
    "TenLinhVuc": "Hộ tịch", "ChuHoSo": "Trần Văn Thử", "LoaiDoiTuong": "1", "MaDoiTuong": "001099000001",
    "Email": "thu@example.vn", "Fax": "", "SoDienThoai": "0900000001", "TrichYeuHoSo": "Khai sinh cho cháu Thử",
    "NgayTiepNhan": "20261116090000", "NgayHenTra": "20261119090000", "TrangThaiHoSo": "9", "NgayTra": "",
    "HinhThuc": "1", "NgayKetThucXuLy": "20261118160000", "DonViXuLy": "UBND phường Ba Đình", "GhiChu": "gọi anh Thử",
    "KenhThucHien": "2", "DuocThanhToanTrucTuyen": "1", "TaiKhoanDuocXacThucVoiVNeID": "1",
    "TaiLieuNop": [{"IsDeleted": "False", "DuongDanTaiTepTin": "https://a.vn/1", "DuocSoHoa": "1"}],
    "DanhSachLePhi": [{"TenPhiLePhi": "Lệ phí", "Gia": "8000"}],
    "DanhSachTepDinhKemKhac": [], "DanhSachHoSoBoSung": [],
    "DanhSachGiayToKetQua": [{"TenGiayTo": "Giấy khai sinh", "DuongDanTepTinKetQua": "https://a.vn/kq"}],
}  # fmt: skip
STEP: dict[str, Any] = {
    "MaHoSo": NUMBER, "NguoiXuLy": "Lê Thị Mẫu", "ChucDanh": "Công chức", "ThoiDiemXuLy": "20261118160000",
    "PhongBanXuLy": "UBND phường Ba Đình", "NoiDungXuLy": "đã ký", "TrangThai": "9", "NgayBatDau": "20261116090000",
    "NgayKetThucTheoQuyDinh": "20261119090000",
}  # fmt: skip


def dossier(**changes: Any) -> dict[str, Any]:
    """The full dossier, changed."""
    return {**FULL, **changes}


def request(*items: dict[str, Any], service: str = "DongBoHoSoMC", agency: str = AGENCY, **more: Any) -> bytes:
    """The body of a sync."""
    said = {"session": "s", "madonvi": agency, "service": service, "isUpdating": "false", "data": list(items), **more}
    return json.dumps(said, ensure_ascii=False).encode()
