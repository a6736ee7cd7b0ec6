using System.CommandLine;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>info</c>: shows the record of one image.</summary>
internal sealed class InfoCommand : StoreCommand
{
    private readonly Argument<ImageKey> _key = new("KEY") { Description = "The name of the image in the store", CustomParser = Parsers.Key };

    public InfoCommand(ToolConsole console)
        : base(console, "info", "Shows the record of an image.") => Arguments.Add(_key);

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var key = arguments.GetRequiredValue(_key);
        await using var store = Open(arguments);
        var info = await store.Images.GetInfoAsync(key, cancellationToken) ?? throw NotFound(key);
        if (IsJson(arguments))
        {
            await JsonOutput.WriteAsync(Console, json => ImageJson.Write(json, info), cancellationToken);
        }
        else
        {
            ImageDetails.Write(Console, info);
        }

        return ExitCode.Success;
    }
}
