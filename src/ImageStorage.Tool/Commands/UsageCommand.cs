using System.CommandLine;
using System.Text.Json;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>usage</c>: shows the number of images and bytes of a store.</summary>
internal sealed class UsageCommand(ToolConsole console) : StoreCommand(console, "usage", "Shows how many images and bytes the store holds.")
{
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var store = Open(arguments);
        var usage = await store.Images.GetUsageAsync(null, cancellationToken);
        if (IsJson(arguments))
        {
            await JsonOutput.WriteAsync(Console, json => Write(json, usage), cancellationToken);
        }
        else
        {
            var free = usage.AvailableBytes is { } available ? $", {Quantity.Bytes(available)} free" : string.Empty;
            var unlisted = usage.Unlisted == 0 ? string.Empty : $" {Quantity.Count(usage.Unlisted, "image")} not counted, with unreadable records: run 'imagestorage verify'.";
            var stored = usage.StoredBytes == usage.Bytes ? string.Empty : $" ({Quantity.Bytes(usage.StoredBytes)} stored)";
            Console.Out.WriteLine($"{Quantity.Count(usage.Count, "image")}, {Quantity.Bytes(usage.Bytes)}{stored}{free}.{unlisted}");
        }

        return ExitCode.Success;
    }

    private static void Write(Utf8JsonWriter json, StorageUsage usage)
    {
        json.WriteStartObject();
        json.WriteNumber("count", usage.Count);
        json.WriteNumber("bytes", usage.Bytes);
        json.WriteNumber("storedBytes", usage.StoredBytes);
        json.WriteNumber("unlisted", usage.Unlisted);
        if (usage.AvailableBytes is { } available)
        {
            json.WriteNumber("availableBytes", available);
        }
        else
        {
            json.WriteNull("availableBytes");
        }

        json.WriteEndObject();
    }
}
