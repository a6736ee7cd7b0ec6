using ImageStorage.Testing;

namespace ImageStorage.Tests.Conformance;

public class ManualClockTests
{
    [Test]
    public void Clock_stands_still_until_it_is_moved()
    {
        var clock = new ManualClock();
        var start = clock.GetUtcNow();

        Assert.That(clock.GetUtcNow(), Is.EqualTo(start));
        clock.Advance(TimeSpan.FromHours(-2));
        Assert.That(clock.GetUtcNow(), Is.EqualTo(start.AddHours(-2)));
        clock.Now = start.AddYears(1);
        Assert.That(clock.GetUtcNow(), Is.EqualTo(start.AddYears(1)));
    }
}
