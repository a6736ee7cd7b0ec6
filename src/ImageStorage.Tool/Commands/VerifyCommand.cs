using System.CommandLine;
using ImageStorage.Providers;
using ImageStorage.Tool.Health;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Stores;
using ImageStorage.Tool.Verifying;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>verify</c>: reads every byte of each part of a store and prints the findings.</summary>
internal sealed class VerifyCommand : FailoverCommand
{
    private readonly Option<string?> _part = new("--part")
    {
        Description = "Verify this part alone: its name or its role, as 'status' prints them",
        HelpName = "NAME",
    };

    private readonly Option<string?> _prefix = new("--prefix") { Description = "Only images whose keys begin with this text, such as cats/", HelpName = "P" };

    public VerifyCommand(ToolConsole console)
        : base(console, "verify", "Reads every byte of the store and lists all findings.", needsFallback: false, StoreAccess.Existing)
    {
        Options.Add(_part);
        Options.Add(_prefix);
    }

    protected override StoreAccess AccessOf(ParseResult arguments) => HasParts(arguments) ? StoreAccess.ExistingParts : base.AccessOf(arguments);

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var options = new VerificationOptions { Prefix = arguments.GetValue(_prefix) is { } prefix ? KeyText.Normalize(prefix) : null };
        await using var store = OpenWithParts(arguments);
        var parts = Choose(store.Parts, arguments.GetValue(_part));
        var json = IsJson(arguments);
        await using IVerificationReport report = json ? new JsonVerificationReport(Console, parts.Count > 1) : new TextVerificationReport(Console, parts.Count > 1);
        var (isSound, failed) = (true, 0);
        foreach (var part in parts)
        {
            report.Begin(part);
            var what = parts.Count > 1 ? $"Verifying {HealthNames.Of(part.Role)} {part.Name}" : "Verifying";
            var tally = new VerificationTally();
            try
            {
                await Activity.RunAsync(Console, what, !json, activity => VerifyAsync(part.Provider, options, tally, report, activity, cancellationToken));
                report.End(tally, null);
                isSound &= tally.IsSound;
            }
            catch (ImageStorageException failure) when (parts.Count > 1)
            {
                // One unavailable part must not hide the damage of the others.
                report.End(tally, FailureReport.Describe(failure));
                failed++;
            }
        }

        await report.CompleteAsync(isSound && failed == 0, cancellationToken);
        if (failed > 0)
        {
            Console.Error.WriteLine($"error: {failed} of {parts.Count} parts could not be verified. Repeat the command when they are available.");
        }

        return isSound && failed == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static async Task VerifyAsync(IImageProvider provider, VerificationOptions options, VerificationTally tally, IVerificationReport report, Activity activity, CancellationToken cancellationToken)
    {
        await foreach (var item in provider.VerifyAsync(options, cancellationToken))
        {
            tally.Add(item);
            activity.Advance(item.Bytes);
            if (item.Status != VerificationStatus.Sound)
            {
                report.Add(item, activity);
            }
        }
    }

    /// <summary>Returns the parts to verify. The verification of a hybrid part covers its catalog and its content.</summary>
    private static List<StorePart> Choose(IReadOnlyList<StorePart> parts, string? chosen)
    {
        List<StorePart> found = chosen is null
            ? [.. parts.Where(part => part.Role is ProviderRole.Primary or ProviderRole.Fallback or ProviderRole.Mirror)]
            : [.. parts.Where(part => string.Equals(part.Name, chosen, StringComparison.OrdinalIgnoreCase))];
        return found.Count > 0 || chosen is null ? found
            : parts.Where(part => HealthNames.Of(part.Role) == chosen).ToList() is { Count: > 0 } ofRole ? ofRole
            : throw new ToolException($"The store has no part '{chosen}'; its parts are {string.Join(", ", parts.Select(part => $"{HealthNames.Of(part.Role)} {part.Name}"))}.");
    }
}
