using System.CommandLine;
using System.Text.Json;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary><c>history ls</c>: lists entries of the history.</summary>
internal sealed class HistoryLsCommand : StoreCommand
{
    private const long DefaultLimit = 50;
    private const int PageLength = 1000;

    private readonly Option<string?> _mode = new("--mode") { Description = "Only entries of this mode", HelpName = "MODE" };
    private readonly Option<ImageKey?> _key = new("--key") { Description = "Only entries about this image", HelpName = "KEY", CustomParser = result => Parsers.Key(result) };
    private readonly Option<long> _limit = new("--limit") { Description = "The maximum number of entries to list", HelpName = "N", CustomParser = Parsers.Count, DefaultValueFactory = _ => DefaultLimit };

    public HistoryLsCommand(ToolConsole console)
        : base(console, "ls", "Lists entries of the history, the newest first.")
    {
        Options.Add(_mode);
        Options.Add(_key);
        Options.Add(_limit);
    }

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var limit = arguments.GetValue(_limit);
        var left = limit;
        await using var store = Open(arguments);
        await store.EnsureExistsAsync(cancellationToken);
        await using var json = IsJson(arguments) ? new JsonOutput(Console) : null;
        json?.Writer.WriteStartArray();
        var query = new HistoryQuery { Mode = arguments.GetValue(_mode), Key = arguments.GetValue(_key) };
        do
        {
            var page = await store.History.ListAsync(query with { Limit = (int)Math.Min(left, PageLength) }, cancellationToken);
            foreach (var entry in page.Items)
            {
                Print(entry, json);
            }

            left -= page.Items.Count;
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (left > 0 && query.ContinuationToken is not null);

        if (json is not null)
        {
            json.Writer.WriteEndArray();
            await json.CompleteAsync(cancellationToken);
        }
        else if (left == limit)
        {
            Console.WriteInformation("No entries.");
        }
        else if (query.ContinuationToken is not null)
        {
            Console.WriteInformation($"{Quantity.CountOf(limit - left, "entry", "entries")}; there are more: raise --limit.");
        }

        return ExitCode.Success;
    }

    private void Print(HistoryEntry entry, JsonOutput? json)
    {
        if (json is null)
        {
            Console.Out.WriteLine(string.Join('\t', [Quantity.Time(entry.At!.Value), Printable.Line(entry.Mode), .. entry.Keys.Select(key => key.Value)]));
            return;
        }

        Write(json.Writer, entry);
        json.Flush();
    }

    private static void Write(Utf8JsonWriter json, HistoryEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("id", entry.Id);
        json.WriteString("at", entry.At!.Value.UtcDateTime);
        json.WriteString("mode", entry.Mode);
        json.WriteStartArray("keys");
        foreach (var key in entry.Keys)
        {
            json.WriteStringValue(key.Value);
        }

        json.WriteEndArray();
        json.WriteStartObject("metadata");
        foreach (var (name, value) in entry.Metadata)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
