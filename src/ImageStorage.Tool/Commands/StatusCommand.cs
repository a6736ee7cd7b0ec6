using System.CommandLine;
using ImageStorage.Tool.Health;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary><c>status</c>: how a store and its providers stand, and what waits on the fallback.</summary>
internal sealed class StatusCommand(ToolConsole console)
    : FailoverCommand(console, "status", "Shows how the store and its providers stand, and what waits on the fallback.", needsFallback: false)
{
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var store = OpenWithFallbacks(arguments);
        var report = await store.Health.GetReportAsync(cancellationToken);
        if (IsJson(arguments))
        {
            await JsonOutput.WriteAsync(Console, json => HealthJson.Write(json, report), cancellationToken);
        }
        else
        {
            HealthTable.Write(Console, report);
        }

        return report.State == StorageHealthState.Healthy ? ExitCode.Success : ExitCode.Failure;
    }
}
