using System.Globalization;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>Numbers as people read them, with three digits.</summary>
internal static class Quantity
{
    public static string Format(double value, Unit unit) => unit switch
    {
        Unit.Seconds when value < 1e-3 => $"{Digits(value * 1e6)} µs",
        Unit.Seconds when value < 1 => $"{Digits(value * 1e3)} ms",
        Unit.Seconds => $"{Digits(value)} s",
        Unit.PerSecond => string.Create(CultureInfo.InvariantCulture, $"{value:#,0} /s"),
        Unit.Share => string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.0} %"),
        Unit.Requests => string.Create(CultureInfo.InvariantCulture, $"{value:0.#} requests"),
        _ when Math.Abs(value) < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{value:0} B"),
        _ when Math.Abs(value) < 1 << 20 => $"{Digits(value / (1 << 10))} KB",
        _ => $"{Digits(value / (1 << 20))} MB",
    };

    private static string Digits(double value) => value.ToString(Math.Abs(value) switch { < 10 => "0.##", < 100 => "0.#", _ => "0" }, CultureInfo.InvariantCulture);
}
