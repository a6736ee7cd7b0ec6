using System.CommandLine;
using System.Text.Json;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>tx recover</c>: rolls back the transactions of dead processes.</summary>
internal sealed class TxRecoverCommand(ToolConsole console) : StoreCommand(console, "recover", "Rolls back the transactions of dead processes; waits until it is certain that the processes are dead.")
{
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var store = Open(arguments);
        await store.EnsureExistsAsync(cancellationToken);
        var result = await store.Transactions.RecoverAsync(waitForLeases: true, cancellationToken);
        if (IsJson(arguments))
        {
            await JsonOutput.WriteAsync(Console, json => Write(json, result), cancellationToken);
        }
        else
        {
            Console.Out.WriteLine($"{Quantity.Count(result.RolledBack, "transaction")} rolled back, {result.InDoubt} in doubt, {result.Active} of running processes, {result.Unreadable} unreadable.");
        }

        return result is { InDoubt: 0, Unreadable: 0 } ? ExitCode.Success : ExitCode.Failure;
    }

    private static void Write(Utf8JsonWriter json, RecoveryResult result)
    {
        json.WriteStartObject();
        json.WriteNumber("rolledBack", result.RolledBack);
        json.WriteNumber("inDoubt", result.InDoubt);
        json.WriteNumber("active", result.Active);
        json.WriteNumber("unreadable", result.Unreadable);
        json.WriteNumber("dropped", result.Dropped);
        json.WriteEndObject();
    }
}
