using System.CommandLine;
using ImageStorage.Providers;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Verifying;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>verify</c>: reads every byte of a store and prints the findings.</summary>
internal sealed class VerifyCommand(ToolConsole console) : StoreCommand(console, "verify", "Reads every byte of the store and lists all findings.")
{
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var store = Open(arguments);
        var verifiable = store.Provider.GetAbility<IVerifiableProvider>()
            ?? throw new ToolException($"The provider {store.Provider.Name} has no verification.");

        var json = IsJson(arguments);
        await using IVerificationReport report = json ? new JsonVerificationReport(Console) : new TextVerificationReport(Console);
        var tally = new VerificationTally();
        await Activity.RunAsync(Console, "Verifying", !json, async activity =>
        {
            await foreach (var item in verifiable.VerifyAsync(cancellationToken))
            {
                tally.Add(item);
                activity.Advance(item.Bytes);
                if (item.Status != VerificationStatus.Sound)
                {
                    report.Add(item, activity);
                }
            }
        });
        await report.CompleteAsync(tally, cancellationToken);
        return tally.IsSound ? ExitCode.Success : ExitCode.Failure;
    }
}
