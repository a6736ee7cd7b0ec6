using System.Globalization;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The rows of the HTTP endpoints and of signed links.</summary>
internal static class EndpointGoals
{
    private const double ServeLimit = 0.8;
    private const double AllocatedLimit = 2048;
    private const double SignLimit = 3;
    private const int Links = 512;

    public static async IAsyncEnumerable<GoalRow> MeasureAsync()
    {
        await using (var work = await EndpointWork.CreateAsync(ImageSizes.Medium))
        {
            var plan = new RoundPlan(EndpointWork.Connections * 16, 40, EndpointWork.Connections * 200);
            var row = new GoalRow
            {
                Row = string.Create(CultureInfo.InvariantCulture, $"GET a second, memory cache, {EndpointWork.Connections} connections"),
                Size = ImageSizes.NameOf(ImageSizes.Medium),
                Unit = Unit.PerSecond,
                Baseline = "static files of ASP.NET Core",
                Ours = Spread.Of([0]),
            };
            var served = await Rounds.MeasureAsync(plan, work.GetFileAsync, work.GetImageAsync);
            yield return (row with { Raw = served[0].PerSecond(), Ours = served[1].PerSecond() }).WithRatioAtLeast(ServeLimit);

            var unchanged = await Rounds.MeasureAsync(plan, work.GetUnchangedFileAsync, work.GetUnchangedImageAsync);
            yield return row with { Row = "GET a second, 304", Raw = unchanged[0].PerSecond(), Ours = unchanged[1].PerSecond() };

            var (file, image) = (await Allocations.MeasureAsync(plan.Operations, work.GetFileAsync), await Allocations.MeasureAsync(plan.Operations, work.GetImageAsync));
            yield return (row with { Row = "allocated by a GET, client included", Unit = Unit.Bytes, Raw = file, Ours = image }).WithAtMost(AllocatedLimit);
        }

        var links = new LinkWork();
        var link = new GoalRow { Row = "signed link: create", Size = "–", Unit = Unit.Seconds, Baseline = "one HMAC-SHA256 of the same text", Ours = Spread.Of([0]) };
        var spreads = await Rounds.MeasureAsync(new RoundPlan(Links, 200, 20_000), links.HashAsync, links.CreateAsync, links.VerifyAsync);
        yield return (link with { Raw = spreads[0], Ours = spreads[1] }).WithRatioAtMost(SignLimit);
        yield return (link with { Row = "signed link: verify", Raw = spreads[0], Ours = spreads[2] }).WithRatioAtMost(SignLimit);
    }
}
