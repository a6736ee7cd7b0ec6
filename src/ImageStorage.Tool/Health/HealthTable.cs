using System.Globalization;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Health;

/// <summary>
/// Prints a health report: one line for the store, one line for each provider, the cause for each unreachable provider,
/// the warnings, and what the store can do.
/// </summary>
internal static class HealthTable
{
    private static readonly string[] Header = ["ROLE", "PROVIDER", "REACHABLE", "BREAKER", "HINTS"];

    public static void Write(ToolConsole console, StorageHealthReport report, StorageCapabilities capabilities)
    {
        var failover = report.Failover is { } state ? $", failover {HealthNames.Of(state)}" : string.Empty;
        console.Out.WriteLine($"The store is {HealthNames.Of(report.State)}{failover}.");
        string[][] lines = [Header, .. report.Providers.Select(Cells)];
        var widths = Enumerable.Range(0, Header.Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
        {
            console.Out.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        foreach (var provider in report.Providers.Where(provider => provider.Failure is not null))
        {
            console.Out.WriteLine($"{HealthNames.Of(provider.Role)} {Printable.Line(provider.Name)}: {Printable.Line(Advice.ForTool(provider.Failure!))}");
        }

        foreach (var warning in report.Warnings)
        {
            console.Out.WriteLine($"warning: {Printable.Line(Advice.ForTool(warning))}");
        }

        var provides = capabilities.Provider;
        console.Out.WriteLine($"Transactions: {HealthNames.Of(capabilities.Transactions)}. Signed URLs: {YesOrNo(capabilities.SignedUrls)}. Several processes: {YesOrNo(provides.MultiProcess)}. Durable: {YesOrNo(provides.Durable)}.");
    }

    private static string YesOrNo(bool value) => value ? "yes" : "no";

    private static string[] Cells(ProviderHealth provider) =>
    [
        HealthNames.Of(provider.Role),
        Printable.Line(provider.Name),
        provider.IsReachable switch
        {
            true => "yes",
            false => "NO",
            null => "not probed",
        },
        provider.Breaker is { } breaker ? HealthNames.Of(breaker) : "-",
        provider.Hints is { } hints ? hints.ToString("N0", CultureInfo.InvariantCulture) : "-",
    ];
}
