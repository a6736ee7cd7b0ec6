using System.CommandLine;
using System.Text.Json;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>tx ls</c>: lists transactions that are not decided.</summary>
internal sealed class TxLsCommand(ToolConsole console) : StoreCommand(console, "ls", "Lists the transactions that are not decided: active, left by a dead process, or in doubt.")
{
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var store = Open(arguments);
        await store.EnsureExistsAsync(cancellationToken);
        var pending = await ListAsync(store.Transactions, cancellationToken);
        if (IsJson(arguments))
        {
            await JsonOutput.WriteAsync(Console, json => Write(json, pending), cancellationToken);
            return ExitCode.Success;
        }

        if (pending.Count == 0)
        {
            Console.WriteInformation("No transactions are undecided.");
        }

        foreach (var transaction in pending)
        {
            var started = transaction.StartedAt is { } at ? Quantity.Time(at) : "-";
            Console.Out.WriteLine(string.Join('\t', transaction.Id, NameOf(transaction.State), started, Quantity.Count(transaction.Keys.Count, "image"), Printable.Line(transaction.Reason ?? string.Empty)).TrimEnd('\t'));
        }

        return ExitCode.Success;
    }

    private static async Task<List<PendingTransaction>> ListAsync(IImageTransactions transactions, CancellationToken cancellationToken)
    {
        var pending = new List<PendingTransaction>();
        var query = new TransactionQuery { Limit = 1000 };
        do
        {
            var page = await transactions.ListAsync(query, cancellationToken);
            pending.AddRange(page.Items);
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);

        return pending;
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<PendingTransaction> pending)
    {
        json.WriteStartArray();
        foreach (var transaction in pending)
        {
            json.WriteStartObject();
            json.WriteString("id", transaction.Id);
            json.WriteString("state", NameOf(transaction.State));
            if (transaction.StartedAt is { } at)
            {
                json.WriteString("startedAt", at.UtcDateTime);
            }
            else
            {
                json.WriteNull("startedAt");
            }

            json.WriteStartArray("keys");
            foreach (var key in transaction.Keys)
            {
                json.WriteStringValue(key.Value);
            }

            json.WriteEndArray();
            json.WriteNumber("steps", transaction.Steps);
            json.WriteString("reason", transaction.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string NameOf(TransactionState state) => state switch
    {
        TransactionState.Active => "active",
        TransactionState.Compensating => "compensating",
        TransactionState.InDoubt => "in-doubt",
        TransactionState.Committed => "committed",
        _ => "unreadable",
    };
}
