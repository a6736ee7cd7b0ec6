using System.CommandLine;
using System.Text.Json;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary><c>tx recover</c>: undoes what dead processes left.</summary>
internal sealed class TxRecoverCommand(ToolConsole console) : StoreCommand(console, "recover", "Undoes what processes that died have left; waits until it is certain that they are dead.")
{
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var store = Open(arguments);
        await store.Images.GetInfoAsync("imagestorage-tx", cancellationToken);
        var result = await store.Transactions.RecoverAsync(waitForLeases: true, cancellationToken);
        if (IsJson(arguments))
        {
            await JsonOutput.WriteAsync(Console, json => Write(json, result), cancellationToken);
        }
        else
        {
            Console.Out.WriteLine($"{Quantity.Count(result.RolledBack, "transaction")} undone, {result.InDoubt} in doubt, {result.Waiting} of processes that are alive, {result.Unreadable} unreadable.");
        }

        return result is { InDoubt: 0, Unreadable: 0 } ? ExitCode.Success : ExitCode.Failure;
    }

    private static void Write(Utf8JsonWriter json, RecoveryResult result)
    {
        json.WriteStartObject();
        json.WriteNumber("rolledBack", result.RolledBack);
        json.WriteNumber("inDoubt", result.InDoubt);
        json.WriteNumber("waiting", result.Waiting);
        json.WriteNumber("unreadable", result.Unreadable);
        json.WriteNumber("dropped", result.Dropped);
        json.WriteEndObject();
    }
}
