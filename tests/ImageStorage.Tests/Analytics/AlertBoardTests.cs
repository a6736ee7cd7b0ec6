using ImageStorage.Analytics;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Analytics;

public class AlertBoardTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private FakeTimeProvider _clock = null!;
    private AlertBoard _board = null!;

    [SetUp]
    public void CreateBoard() => _board = new AlertBoard("photos", _clock = new FakeTimeProvider(Start));

    // Raised at the threshold, resolved at 80 % of it for two minutes in a row; between the two nothing changes.
    [TestCase("1.0", "raised")]
    [TestCase("0.99", "")]
    [TestCase("1.0 0.9 0.9 0.9 0.9", "raised")]
    [TestCase("1.0 0.8 0.8", "raised resolved")]
    [TestCase("1.0 0.8 0.9 0.8", "raised")]
    [TestCase("1.0 0.8 0.9 0.8 0.8", "raised resolved")]
    [TestCase("1.0 0.8 1.0 0.8", "raised")]
    [TestCase("2.0 2.0 2.0 0.0 0.0 2.0", "raised resolved raised")]
    [TestCase("1.0 - -", "raised resolved")]
    public void Alert_follows_its_readings(string values, string expected)
    {
        var changes = values.Split(' ').SelectMany(value => Apply(value == "-" ? [] : [Reading(double.Parse(value, System.Globalization.CultureInfo.InvariantCulture))]));

        Assert.That(string.Join(' ', changes.Select(alert => alert.ResolvedAt is null ? "raised" : "resolved")), Is.EqualTo(expected));
    }

    [Test]
    public void Alert_that_is_raised_at_once_is_resolved_by_minutes_only()
    {
        _board.Apply("rule", [Reading(1)], isMinute: false);
        for (var round = 0; round < 10; round++)
        {
            Assert.That(_board.Apply("rule", [Reading(0)], isMinute: false), Is.Empty);
        }

        Assert.That(_board.Active, Has.Count.EqualTo(1));
    }

    [Test]
    public void Resolved_alert_has_the_identifier_and_both_times()
    {
        var raised = Apply([Reading(1)]).Single();
        Apply([Reading(0)]);

        var resolved = Apply([Reading(0)]).Single();

        Assert.That(raised.Id, Is.EqualTo("photos/rule/20260501T120000Z"));
        Assert.That((resolved.Id, resolved.RaisedAt, resolved.ResolvedAt), Is.EqualTo((raised.Id, Start, Start.AddMinutes(2))));
        Assert.That(_board.Active, Is.Empty);
        Assert.That(_board.All, Is.EqualTo(new[] { resolved }));
    }

    [Test]
    public void Risen_severity_is_reported_again_under_the_same_identifier()
    {
        var raised = Apply([Reading(1)]).Single();

        var risen = Apply([Reading(1) with { Severity = AlertSeverity.Critical }]).Single();

        Assert.That(risen, Is.EqualTo(raised with { Severity = AlertSeverity.Critical }));
        Assert.That(Apply([Reading(1)]), Is.Empty, "A falling severity is no news.");
    }

    [Test]
    public void Things_of_a_rule_are_independent()
    {
        Apply([Reading(1) with { Part = "A" }, Reading(1) with { Part = "B" }, Reading(1) with { Part = "B", Subject = "x" }]);
        Apply([Reading(1) with { Part = "A" }]);

        var resolved = Apply([Reading(1) with { Part = "A" }]);

        Assert.That(resolved.Select(alert => alert.Part), Is.EqualTo(new[] { "B", "B" }));
        Assert.That(_board.Active.Single().Part, Is.EqualTo("A"));
    }

    [Test]
    public void Rule_with_countless_readings_stays_small()
    {
        Apply([.. Enumerable.Range(0, 20_000).Select(number => Reading(1) with { Subject = $"{number}" })]);
        Apply([]);
        Apply([]);

        Assert.That(_board.All, Has.Count.LessThanOrEqualTo(1000));
    }

    private static AlertReading Reading(double value) => new() { Value = value, Message = "Something is wrong.", Remedy = "Correct it." };

    private IReadOnlyList<StorageAlert> Apply(IReadOnlyList<AlertReading> readings)
    {
        var changed = _board.Apply("rule", readings, isMinute: true);
        _clock.Advance(TimeSpan.FromMinutes(1));
        return changed;
    }
}
