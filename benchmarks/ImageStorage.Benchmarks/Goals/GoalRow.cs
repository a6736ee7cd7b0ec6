using System.Globalization;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>A row of the table: a measurement and its goal.</summary>
internal sealed record GoalRow
{
    public required string Row { get; init; }

    public required string Size { get; init; }

    public required Unit Unit { get; init; }

    /// <summary>Gets the description of <see cref="Raw"/>.</summary>
    public required string Baseline { get; init; }

    public Spread? Raw { get; init; }

    public required Spread Ours { get; init; }

    /// <summary>
    /// Gets ours divided by raw, rounded as shown in the table; null if raw is zero. The goal is judged by the rounded
    /// value.
    /// </summary>
    public double? Ratio => Raw is null or { Median: 0 } || (Unit == Unit.Bytes && Raw.Median < 1) ? null : Math.Round(Ours.Median / Raw.Median, 2);

    /// <summary>Gets the goal, or a dash for a row without a goal.</summary>
    public string Goal { get; private init; } = "–";

    public bool? Reached { get; private init; }

    public GoalRow WithRatioAtMost(double most) => this with { Goal = string.Create(CultureInfo.InvariantCulture, $"≤ {most:0.00}×"), Reached = Ratio <= most };

    public GoalRow WithRatioBelow(double limit) => this with { Goal = string.Create(CultureInfo.InvariantCulture, $"< {limit:0.00}×"), Reached = Ratio < limit };

    public GoalRow WithRatioAtLeast(double least) => this with { Goal = string.Create(CultureInfo.InvariantCulture, $"≥ {least:0.00}×"), Reached = Ratio >= least };

    public GoalRow WithAtLeast(double least) => this with { Goal = $"≥ {Quantity.Format(least, Unit)}", Reached = Ours.Median >= least };

    public GoalRow WithMoreThanRaw() => this with { Goal = "> raw", Reached = Ours.Median > Raw!.Median };

    /// <summary>Returns the goal of a share that should equal the share of the baseline.</summary>
    public GoalRow WithEqualToRaw(double tolerance) => this with { Goal = string.Create(CultureInfo.InvariantCulture, $"raw ± {tolerance * 100:0.0} points"), Reached = Math.Abs(Ours.Median - Raw!.Median) <= tolerance };

    public GoalRow WithAtMost(double most) => this with { Goal = $"≤ {Quantity.Format(most, Unit)}", Reached = Ours.Median <= most };

    /// <summary>Returns the goal of a layer: the maximum that the layer may add.</summary>
    public GoalRow WithAtMostMore(double most) => this with { Goal = $"≤ +{Quantity.Format(most, Unit)}", Reached = Ours.Median - Raw!.Median <= most };
}
