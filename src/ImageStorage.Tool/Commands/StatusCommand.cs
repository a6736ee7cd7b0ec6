using System.CommandLine;
using ImageStorage.Tool.Health;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>status</c>: shows the state of a store and of all of its parts.</summary>
internal sealed class StatusCommand(ToolConsole console)
    : FailoverCommand(console, "status", "Shows the state of the store and of each of its parts, and the number of hints.", needsFallback: false)
{
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var store = OpenWithParts(arguments);
        var report = await store.Health.GetReportAsync(cancellationToken);
        if (IsJson(arguments))
        {
            await JsonOutput.WriteAsync(Console, json => HealthJson.Write(json, report, store.Images.Capabilities), cancellationToken);
        }
        else
        {
            HealthTable.Write(Console, report, store.Images.Capabilities);
        }

        return report.State == StorageHealthState.Healthy ? ExitCode.Success : ExitCode.Failure;
    }
}
