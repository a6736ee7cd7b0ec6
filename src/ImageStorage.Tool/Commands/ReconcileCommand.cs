using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ImageStorage.Tool.Health;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>reconcile</c>: replays the hints of the fallbacks to the store.</summary>
internal sealed class ReconcileCommand(ToolConsole console)
    : FailoverCommand(console, "reconcile", "Replays the hints of the fallbacks to the store.", needsFallback: true)
{
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var store = OpenWithParts(arguments);
        await ThrowIfUnreachableAsync(store, cancellationToken);

        // Also finds two names of the same store before anything is moved.
        await store.Provider.CheckAsync(cancellationToken);
        var json = IsJson(arguments);
        var result = new ReconcileResult { Replayed = 0, Conflicts = 0, Unreadable = 0, Remaining = 0 };
        await Activity.RunAsync(Console, "Reconciling", !json, async activity =>
            result = await store.Failover.ReconcileAsync(new Left(activity), cancellationToken));
        if (json)
        {
            await JsonOutput.WriteAsync(Console, writer => Write(writer, result), cancellationToken);
        }
        else
        {
            Console.Out.WriteLine(Describe(result));
        }

        return IsDone(result) ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>Reports the cause. A call of the reconciliation would report only an open circuit breaker.</summary>
    private static async Task ThrowIfUnreachableAsync(OpenStore store, CancellationToken cancellationToken)
    {
        var report = await store.Health.GetReportAsync(cancellationToken);
        if (report.Providers.FirstOrDefault(provider => provider.IsReachable == false) is { } provider)
        {
            throw new ToolException($"Nothing was moved, because the {HealthNames.Of(provider.Role)} {provider.Name} is not reachable: {provider.Failure}");
        }
    }

    private static bool IsDone(ReconcileResult result) => result is { Remaining: 0, Unreadable: 0, Conflicts: 0 };

    private static string Describe(ReconcileResult result)
    {
        var replayed = $"{Quantity.Count(result.Replayed, "hint")} replayed";
        var problems = new[]
        {
            (result.Remaining, "left"),
            (result.Unreadable, "unreadable"),
            (result.Conflicts, "in conflict with a newer version in the store; the other version is retained on the fallback"),
        }.Where(problem => problem.Item1 > 0).Select(problem => string.Create(CultureInfo.InvariantCulture, $"{problem.Item1:N0} {problem.Item2}"));
        return IsDone(result) ? $"{replayed}; no hint is left." : $"NOT DONE: {replayed}, {string.Join(", ", problems)}.";
    }

    private static void Write(Utf8JsonWriter json, ReconcileResult result)
    {
        json.WriteStartObject();
        json.WriteNumber("replayed", result.Replayed);
        json.WriteNumber("conflicts", result.Conflicts);
        json.WriteNumber("unreadable", result.Unreadable);
        json.WriteNumber("remaining", result.Remaining);
        json.WriteEndObject();
    }

    /// <summary>Shows the number of remaining hints.</summary>
    private sealed class Left(Activity activity) : IProgress<int>
    {
        public void Report(int value) => activity.Show(string.Create(CultureInfo.InvariantCulture, $"{value:N0} left"));
    }
}
