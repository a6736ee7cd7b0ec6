using System.CommandLine;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>rm</c>: deletes one image.</summary>
internal sealed class RmCommand : StoreCommand
{
    private readonly Argument<ImageKey> _key = new("KEY") { Description = "The name of the image in the store", CustomParser = Parsers.Key };

    public RmCommand(ToolConsole console)
        : base(console, "rm", "Deletes an image.") => Arguments.Add(_key);

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var key = arguments.GetRequiredValue(_key);
        await using var store = Open(arguments);
        var existed = await store.Images.DeleteAsync(key, null, cancellationToken);
        if (IsJson(arguments))
        {
            await JsonOutput.WriteAsync(Console, json => Write(json, key, existed), cancellationToken);
        }
        else if (existed)
        {
            Console.Out.WriteLine($"Deleted {key}.");
        }

        if (!existed)
        {
            throw NotFound(key);
        }

        return ExitCode.Success;
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, ImageKey key, bool deleted)
    {
        json.WriteStartObject();
        json.WriteString("key", key.Value);
        json.WriteBoolean("deleted", deleted);
        json.WriteEndObject();
    }
}
