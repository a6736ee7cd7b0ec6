using System.CommandLine;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary><c>get</c>: writes one image into a file.</summary>
internal sealed class GetCommand : StoreCommand
{
    private readonly Argument<ImageKey> _key = new("KEY") { Description = "The name of the image in the store", CustomParser = Parsers.Key };
    private readonly Argument<string> _file = new("FILE") { Description = "The file to write, replaced if it is there; - for standard output" };

    public GetCommand(ToolConsole console)
        : base(console, "get", "Writes an image into a file.")
    {
        Arguments.Add(_key);
        Arguments.Add(_file);
        Validators.Add(result =>
        {
            if (result.GetResult(_file)?.Tokens is [{ Value: "-" }] && IsJson(result))
            {
                result.AddError("--json and the image cannot both go to standard output: name a file.");
            }
        });
    }

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var key = arguments.GetRequiredValue(_key);
        var file = arguments.GetRequiredValue(_file);
        await using var store = Open(arguments);
        await using var image = await store.Images.GetAsync(key, null, cancellationToken) ?? throw NotFound(key);
        if (file == "-")
        {
            await using var output = Console.OpenOutput();
            await image.Content.CopyToAsync(output, cancellationToken);
            return ExitCode.Success;
        }

        await LocalFile.WriteAsync(file, stream => image.Content.CopyToAsync(stream, cancellationToken));
        if (IsJson(arguments))
        {
            await JsonOutput.WriteAsync(Console, json => ImageJson.Write(json, image.Info), cancellationToken);
        }
        else
        {
            Console.Out.WriteLine($"Wrote {ImageLine.Describe(image.Info)} to {Printable.Line(file)}.");
        }

        return ExitCode.Success;
    }
}
