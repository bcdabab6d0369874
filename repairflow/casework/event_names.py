"""The names of events, as they are stored: all but those of a procedure's actions, which its file gives.

A stored name never changes: trails of before hold it.
"""

from __future__ import annotations

from enum import StrEnum


class EventName(StrEnum):
    """What happened, by what it happened to."""

    # a case
    FILE = "file"
    ESCALATE = "escalate"
    MIGRATE = "migrate"
    CALENDAR_CHANGE = "calendar_change"
    ERRATUM = "erratum"
    PROVISIONAL_CONFIRMED = "provisional_confirmed"
    PUSH_RETRIED = "push_retried"
    PUSH_DECLINED = "push_declined"
    PUSH_UNDECIDED = "push_undecided"
    PUSH_MINDED = "push_minded"
    PUSH_SETTLED = "push_settled"
    PUSH_TAKEN = "push_taken"  # in a stream of its own for each platform
    TAKE_INBOUND = "take_inbound"  # what a platform sent us, in its stream, as the next
    DECIDE_INBOUND = "decide_inbound"
    REROUTE = "reroute"
    PREFER = "prefer"
    PREFER_NO_MORE = "prefer_no_more"
    UNDO_STEP = "undo_step"
    NOTE_CASE = "note_case"  # in a stream of its own, as the next
    TAKE_BACK_NOTE = "take_back_note"
    ASSIGN_CASE = "assign_case"  # in a stream of its own
    BOOK_HEARING = "book_hearing"  # these four in a stream of its own
    CANCEL_HEARING = "cancel_hearing"
    ASK_HEARING_MOVE = "ask_hearing_move"
    REFUSE_HEARING_MOVE = "refuse_hearing_move"
    RECORD_HEARING = "record_hearing"  # these two in the trail of the case
    CORRECT_HEARING = "correct_hearing"
    ASK_REVEAL = "ask_reveal"  # these three in a stream of its own
    ALLOW_REVEAL = "allow_reveal"
    REVEAL = "reveal"
    ERASE_PERSONAL = "erase_personal"  # in a stream of its own
    # a letter, in the stream of its case or record
    SERVED = "served"
    SERVICE_WITHDRAWN = "service_withdrawn"
    LETTER_OPENED = "letter_opened"
    LETTER_CORRECTED = "letter_corrected"
    LETTER_WITHDRAWN = "letter_withdrawn"
    REISSUE_PROPOSED = "reissue_proposed"
    REISSUE_DECLINED = "reissue_declined"
    LETTER_REISSUED = "letter_reissued"
    ISSUE_EXTRACT = "issue_extract"  # in a stream of its own
    ISSUE_CREDIT_FILE = "issue_credit_file"  # in the same
    # a letter's PDF
    PRESSED = "pressed"
    WAITS = "waits"
    ASK_REMAKE = "ask_remake"  # of a PDF that is lost
    CERTIFICATE_USED = "certificate_used"  # these three in the stream of a certificate
    REVOKE_CERTIFICATE = "revoke_certificate"
    TAKE_BACK_REVOCATION = "take_back_revocation"
    # a record, besides the effects that the file of its life names
    ENTER = "enter"
    LOOK = "look"
    INFORM = "inform"
    RECLASS = "reclass"
    CHASE_PLATFORM = "chase_platform"
    WRITE_TO_PLATFORM = "write_to_platform"  # 更正函
    NAME_PENALTY = "name_penalty"
    REGISTER_PERFORMANCE = "register_performance"
    REGISTER_PAYMENT = "register_payment"
    TAKE_BACK_PAYMENT = "take_back_payment"
    BAR_REPAIR = "bar_repair"
    ALLOW_REPAIR = "allow_repair"
    ASK_CORRECTION = "ask_correction"
    STATE_BIRTHDAY = "state_birthday"
    EXPLAIN_WITHDRAWAL = "explain_withdrawal"
    DECLARE_MEANS = "declare_means"
    SETTLE_MEANS = "settle_means"
    # an administrative act beside penalties
    ENTER_ACT = "enter_act"
    PUBLISH_ACT = "publish_act"
    KEEP_ACT = "keep_act"
    REFUSE_ACT = "refuse_act"
    WITHDRAW_ACT = "withdraw_act"
    ANNUL_ACT = "annul_act"
    END_ACT = "end_act"
    MARK_ACT = "mark_act"  # 异议标注
    UNMARK_ACT = "unmark_act"
    CORRECT_ACT = "correct_act"
    NOTE_ACT = "note_act"  # 附注异议
    # an example told to everybody
    PUBLISH_LIST = "publish_list"
    PROPOSE_EXAMPLE = "propose_example"
    PUBLISH_EXAMPLE = "publish_example"
    REFUSE_EXAMPLE = "refuse_example"
    WITHDRAW_EXAMPLE = "withdraw_example"
    # a finding of an auditor
    RAISE_FINDING = "raise_finding"
    ANSWER_FINDING = "answer_finding"
    CLOSE_FINDING = "close_finding"
    RETURN_FINDING = "return_finding"
    # a subject
    ENTER_SUBJECT = "enter_subject"
    TAKE_QUIZ = "take_quiz"
    ENTER_SERVICE_BODY = "enter_service_body"  # in a stream of its own
    CHANGE_REGISTRATION = "change_registration"
    END_SUBJECT = "end_subject"
    TAKE_BACK_REGISTRATION = "take_back_registration"
    CONSENT = "consent_to_electronic_service"
    WITHDRAW_CONSENT = "withdraw_consent_to_electronic_service"
    # the installation
    REPIN = "repin"
    LOAD_CALENDAR = "load_calendar"
    AMEND_CALENDAR = "amend_calendar"
    CONFIRM_CLOCK = "confirm_clock"
    REQUIRE_SIGNATURE = "require_signature"
    COMMAND_ID_TAKEN = "command_id_taken"
    DIFFERS = "differs"
    FIND_COPY = "find_copy"  # the nightly look saw a page that still shows an ended record
    COPY_GONE = "copy_gone"
    COPY_RIGHTFUL = "copy_rightful"
    REPORT_COPY = "report_copy"  # what a third party shows of a record
    PLATFORM_ANSWERED = "platform_answered"  # to a 更正函
    PLATFORM_ANSWER_CORRECTED = "platform_answer_corrected"  # it was entered wrongly
    ASK_PAGE = "ask_page"  # who had a platform's page looked at
    PAGE_NOT_CAPTURED = "page_not_captured"  # and why there is none
    PAGE_CLEARED = "page_cleared"  # its bytes are gone, its digest stays
    PAGE_CAPTURED = "page_captured"  # what a platform showed of a record, with its digest
    DEMONSTRATION = "demonstration"
    ASK_STANDING = "ask_standing"  # whom an office asked about, and for what
    ANSWER_STANDING = "answer_standing"  # how a question about many organisations was answered
    FOLLOW_SUBJECTS = "follow_subjects"
    UNFOLLOW_SUBJECTS = "unfollow_subjects"
    VIEWED = "viewed"  # what pages showed to somebody of staff
    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    JOB_RETRIED = "job_retried"
    JOB_MINDED = "job_minded"
    JOB_SETTLED = "job_settled"
    STAMPED = "stamped"  # a time stamp of the log, with its digest
    BIND_ROWS = "bind_rows"  # what the program changed in each row, as the log holds it
    # an office, account or platform
    ADD = "add"
    CONFIRM_RULE = "confirm_rule"
    WITHDRAW_RULE = "withdraw_rule"
    MATCH_HEADINGS = "match_headings"
    FORGET_HEADING = "forget_heading"
    STATE_THRESHOLDS = "state_thresholds"
    PROPOSE_LAW = "propose_law"
    ENFORCE_LAW = "enforce_law"
    DROP_LAW = "drop_law"
    WITHDRAW_LAW = "withdraw_law"
    SET_ASSIGNMENT_RULE = "set_assignment_rule"
    DROP_ASSIGNMENT_RULE = "drop_assignment_rule"
    OPEN_ROOM = "open_room"
    CLOSE_ROOM = "close_room"
    ENTER_ABSENCE = "enter_absence"
    END_ABSENCE = "end_absence"
    CHANGE = "change"
    SUCCEED = "succeed"
    TAKE_BACK_SUCCESSION = "take_back_succession"
    OFF = "off"
    ON = "on"
    HOLD = "hold"
    TEST_TARGET = "test_target"
    RENAME = "rename"
    DISABLE = "disable"
    ENABLE = "enable"
    GRANT = "grant"
    REVOKE = "revoke"
    MANDATE = "mandate"
    END_MANDATE = "end_mandate"
    TOKEN = "token"  # noqa: S105  # the name of an event
    END_TOKEN = "end_token"  # noqa: S105  # the name of an event
    PASSWORD_LINK = "password_link"  # noqa: S105  # the name of an event
    SECOND_FACTOR_LINK = "second_factor_link"
    RELEASE_LINK = "release_link"
    SET_PASSWORD = "set_password"  # noqa: S105  # the name of an event
    ASK_PASSWORD_LINK = "ask_password_link"  # noqa: S105  # the name of an event
    CHANGE_ADDRESS = "change_address"
    CHANGE_PASSWORD = "change_password"  # noqa: S105  # the name of an event
    BIND_SECOND_FACTOR = "bind_second_factor"
    RELEASE_SECOND_FACTOR = "release_second_factor"
    RESET_SECOND_FACTOR = "reset_second_factor"
    USE_RECOVERY_CODE = "use_recovery_code"
    OPEN_CALENDAR_FEED = "open_calendar_feed"
    CLOSE_CALENDAR_FEED = "close_calendar_feed"
