using ImageStorage.Providers;
using ImageStorage.Tool.Health;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Verifying;

/// <summary>Prints one line for each finding, and one line with the counts; for several parts, the name of each first.</summary>
internal sealed class TextVerificationReport(ToolConsole console, bool hasNames) : IVerificationReport
{
    public void Begin(StorePart part)
    {
        if (hasNames)
        {
            console.Out.WriteLine($"{HealthNames.Of(part.Role)} {Printable.Line(part.Name)}:");
        }
    }

    public void Add(VerificationItem item, Activity activity)
    {
        var detail = item.Detail is null ? string.Empty : $": {Printable.Line(item.Detail)}";
        activity.WriteLine($"{VerificationNames.Of(item.Status),-13}  {VerificationNames.BeforeName(item.Kind)}{Printable.Line(item.Name)}{detail}");
    }

    public void End(VerificationTally tally, string? failure)
    {
        if (failure is not null)
        {
            console.Out.WriteLine($"NOT VERIFIED: {failure}");
        }

        if (failure is null || !tally.IsSound)
        {
            console.Out.WriteLine(tally.IsSound
                ? $"All sound: {Quantity.Count(tally.Sound, "image")}{Others(tally)}, {Quantity.Bytes(tally.Bytes)} read."
                : $"NOT SOUND: {Describe(tally)}; {Quantity.Bytes(tally.Bytes)} read.");
        }
    }

    public Task CompleteAsync(bool isSound, CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Others(VerificationTally tally) => string.Concat(
        new[] { (tally.SoundDocuments, "document"), (tally.SoundRetainedVersions, "retained version") }
            .Where(part => part.Item1 > 0)
            .Select(part => $", {Quantity.Count(part.Item1, part.Item2)}"));

    private static string Describe(VerificationTally tally) => string.Join(
        ", ",
        tally.Findings.Where(finding => finding.Count > 0).Select(finding => $"{finding.Count} {VerificationNames.Of(finding.Status).Replace('-', ' ')}").Concat(tally.Sound > 0 ? [$"{tally.Sound} sound"] : []));
}
