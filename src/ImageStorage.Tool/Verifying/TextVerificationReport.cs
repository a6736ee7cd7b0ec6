using ImageStorage.Providers;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Verifying;

/// <summary>Prints one line for each finding, and one line with the counts.</summary>
internal sealed class TextVerificationReport(ToolConsole console) : IVerificationReport
{
    public void Add(VerificationItem item, Activity activity)
    {
        var detail = item.Detail is null ? string.Empty : $": {Printable.Line(item.Detail)}";
        activity.WriteLine($"{VerificationNames.Of(item.Status),-13}  {Printable.Line(item.Name)}{detail}");
    }

    public Task CompleteAsync(VerificationTally tally, CancellationToken cancellationToken)
    {
        console.Out.WriteLine(tally.IsSound
            ? $"All sound: {Quantity.Count(tally.Sound, "image")}, {Quantity.Bytes(tally.Bytes)} read."
            : $"NOT SOUND: {Describe(tally)}; {Quantity.Bytes(tally.Bytes)} read.");
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Describe(VerificationTally tally) => string.Join(
        ", ",
        new[] { (tally.Corrupted, "corrupted"), (tally.Orphan, "orphan"), (tally.NotIndexed, "not indexed"), (tally.NotDecodable, "not decodable"), (tally.Newer, "newer"), (tally.Sound, "sound") }
            .Where(part => part.Item1 > 0)
            .Select(part => $"{part.Item1} {part.Item2}"));
}
