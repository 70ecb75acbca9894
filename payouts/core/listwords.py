"""The words by which lists and registry files say a channel or a sex."""

from payouts.core.words import folded

_CHANNELS = {
    "account": ("account", "TK", "tài khoản", "chuyển khoản", "CK", "qua tài khoản", "ngân hàng"),
    "cash": ("cash", "TM", "tiền mặt", "trực tiếp"),
    "home": ("home", "tại nhà", "tận nhà"),
    "wallet": ("wallet", "ví", "ví điện tử", "mobile money"),
}
CHANNEL_WORDS = {folded(word): channel for channel, words in _CHANNELS.items() for word in words}
SEX_WORDS = {"nam": "male", "male": "male", "nu": "female", "female": "female"}
