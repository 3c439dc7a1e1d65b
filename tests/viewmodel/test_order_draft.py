from __future__ import annotations

from crmdesk.model.filter import Order
from crmdesk.viewmodel.job_editor.order_draft import OrderModel
from tests.viewmodel.filters import FIELDS


def test_an_order_comes_out_as_it_went_in() -> None:
    """R-096."""
    order = (Order("Name"), Order("CreatedDate", is_descending=True))
    model = OrderModel(FIELDS, order)
    assert (model.order_by(), model.problems) == (order, ())
    assert model.sentence == "Sorted by Account Name, A to Z, then by Created date, newest first."


def test_an_order_is_built_by_hand_and_taken_back() -> None:
    """R-096."""
    model = OrderModel(FIELDS)
    index = model.add()
    assert [problem.place for problem in model.problems] == ["order_by[1].field"]
    assert model.order_by() == ()
    model.set_field(index, "Employees")
    model.set_descending(index, True)
    assert model.directions(index) == ("smallest first", "largest first")
    assert model.order_by() == (Order("Employees", is_descending=True),)
    model.undo()
    assert model.order_by() == (Order("Employees"),)
    model.redo()
    model.add("Name")
    model.move(1, 0)
    assert model.order_by() == (Order("Name"), Order("Employees", is_descending=True))
    model.remove(0)
    assert model.order_by() == (Order("Employees", is_descending=True),)


def test_what_cannot_be_sorted_by_is_not_offered_and_named() -> None:
    """R-098."""
    model = OrderModel(FIELDS, (Order("Gone"), Order("Name"), Order("name")))
    assert "Notes" not in [field.name for field in model.fields]
    assert [problem.place for problem in model.problems] == ["order_by[1].field", "order_by[3].field"]


def test_without_keys_the_order_is_the_one_of_the_crm() -> None:
    assert OrderModel(FIELDS).sentence == "In the order the CRM gives them."
