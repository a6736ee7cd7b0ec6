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

    public VerifyCommand(ToolConsole console)
        : base(console, "verify", "Reads every byte of the store and lists all findings.", needsFallback: false, StoreAccess.Existing) => Options.Add(_part);

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var store = OpenWithParts(arguments);
        var parts = Choose(store.Parts, arguments.GetValue(_part));
        var verifiable = parts.ConvertAll(part => part.Provider.GetAbility<IVerifiableProvider>()
            ?? throw new ToolException($"The provider {part.Name} has no verification."));

        var json = IsJson(arguments);
        await using IVerificationReport report = json ? new JsonVerificationReport(Console, parts.Count > 1) : new TextVerificationReport(Console, parts.Count > 1);
        var isSound = true;
        foreach (var (part, provider) in parts.Zip(verifiable))
        {
            report.Begin(part);
            var what = parts.Count > 1 ? $"Verifying {HealthNames.Of(part.Role)} {part.Name}" : "Verifying";
            var tally = new VerificationTally();
            await Activity.RunAsync(Console, what, !json, activity => VerifyAsync(provider, tally, report, activity, cancellationToken));
            report.End(tally);
            isSound &= tally.IsSound;
        }

        await report.CompleteAsync(isSound, cancellationToken);
        return isSound ? ExitCode.Success : ExitCode.Failure;
    }

    private static async Task VerifyAsync(IVerifiableProvider provider, VerificationTally tally, IVerificationReport report, Activity activity, CancellationToken cancellationToken)
    {
        await foreach (var item in provider.VerifyAsync(cancellationToken: cancellationToken))
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
