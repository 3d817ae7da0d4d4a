"""What CloudFormation makes of a template, without CloudFormation: conditions decided, parameters put in."""

from samcli.yamlhelper import yaml_parse

from scenarios.processes import ROOT

PSEUDO = {"AWS::AccountId": "123456789012", "AWS::Partition": "aws", "AWS::Region": "ap-northeast-2"}
NOTHING = {"Ref": "AWS::NoValue"}
FUNCTIONS = {
    "Fn::Join": lambda separator, parts: separator.join(parts),
    "Fn::Split": lambda separator, text: text.split(separator),
    "Fn::Select": lambda index, parts: parts[int(index)],
}


def template(name):
    return yaml_parse((ROOT / f"infra/{name}.yaml").read_text())


def resources(name, **parameters):
    """The resources of a template that are made with these parameters, with all that can be known put in."""
    text = template(name)
    values = {key: str(each["Default"]) for key, each in text["Parameters"].items() if "Default" in each}
    values |= PSEUDO | parameters
    missing = set(text["Parameters"]) - set(values)
    assert not missing, f"{name}: no value for {missing}"
    scope = Scope(values, text.get("Conditions", {}))
    made = {key: each for key, each in text["Resources"].items() if scope.holds(each.get("Condition"))}
    return {key: scope.resolve(each) for key, each in made.items()}


class Scope:
    def __init__(self, values, conditions):
        self.values, self.conditions = values, conditions

    def holds(self, condition):
        if condition is None:
            return True
        if isinstance(condition, str):
            return self.holds(self.conditions[condition])
        ((function, operands),) = condition.items()
        match function:
            case "Condition":
                return self.holds(operands)
            case "Fn::Equals":
                return self.resolve(operands[0]) == self.resolve(operands[1])
            case "Fn::Not":
                return not self.holds(operands[0])
            case "Fn::And":
                return all(map(self.holds, operands))
            case "Fn::Or":
                return any(map(self.holds, operands))
        raise ValueError(function)

    def resolve(self, node):
        if isinstance(node, list):
            return [each for each in map(self.resolve, node) if each != NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((function, operands),) = node.items()
            if function == "Ref":
                return self.values.get(operands, node)
            if function == "Fn::If":
                return self.resolve(operands[1] if self.holds(operands[0]) else operands[2])
            if function == "Fn::Sub":
                return self.substituted(operands)
            if function in FUNCTIONS:
                operands = self.resolve(operands)
                return FUNCTIONS[function](*operands) if is_known(operands) else {function: operands}
        pairs = ((key, self.resolve(each)) for key, each in node.items())
        return {key: each for key, each in pairs if each != NOTHING}

    def substituted(self, operands):
        text, local = (operands, {}) if isinstance(operands, str) else operands
        values = self.values | {name: self.resolve(each) for name, each in local.items()}
        for name, value in values.items():
            if isinstance(value, str):
                text = text.replace(f"${{{name}}}", value)
        is_whole = "${" not in text.replace("${!", "")
        return text.replace("${!", "${") if is_whole else {"Fn::Sub": operands}


def is_known(operands):
    """Whether nothing in it is left to what only CloudFormation knows."""
    if isinstance(operands, list):
        return all(map(is_known, operands))
    return not isinstance(operands, dict)


def statements(made, of_identities=False):
    """All statements of policies, both branches of conditions included."""

    def walk(node):
        if isinstance(node, dict):
            if "Effect" in node:
                yield node
            for each in node.values():
                yield from walk(each)
        elif isinstance(node, list):
            for each in node:
                yield from walk(each)

    found = [
        statement
        for each in made.values()
        if not of_identities or each["Type"] == "AWS::IAM::Role"
        for statement in walk(each)
    ]
    # A trust policy has no resource: it is the role.
    return [statement for statement in found if "Resource" in statement]


def listed(value):
    return value if isinstance(value, list) else [value]
