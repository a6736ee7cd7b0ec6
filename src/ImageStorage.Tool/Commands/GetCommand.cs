using System.CommandLine;
using ImageStorage.Tool.Files;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>get</c>: writes one image to a file.</summary>
internal sealed class GetCommand : StoreCommand
{
    private const string StandardOutput = "-";

    private readonly Argument<ImageKey> _key = new("KEY") { Description = "The name of the image in the store", CustomParser = Parsers.Key };
    private readonly Argument<string> _file = new("FILE") { Description = "The file to write, replaced if it exists; a pipe or a device is written directly; - for standard output" };

    public GetCommand(ToolConsole console)
        : base(console, "get", "Writes an image to a file.")
    {
        Arguments.Add(_key);
        Arguments.Add(_file);
        Validators.Add(result =>
        {
            if (result.GetResult(_file)?.Tokens is [{ Value: StandardOutput }] && IsJson(result))
            {
                result.AddError("--json and the image cannot both go to standard output: name a file.");
            }
        });
    }

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var key = arguments.GetRequiredValue(_key);
        var file = arguments.GetRequiredValue(_file);
        var target = file == StandardOutput ? null : OutputTarget.Of(file);
        if (target is { IsStandardOutput: true } && IsJson(arguments))
        {
            throw new ToolException("--json and the image cannot both go to standard output: name a file.");
        }

        await using var store = Open(arguments);
        await using var image = await store.Images.GetAsync(key, null, cancellationToken) ?? throw NotFound(key);
        if (target is null)
        {
            await using var output = Console.OpenOutput();
            await image.Content.CopyToAsync(output, cancellationToken);
            return ExitCode.Success;
        }

        await LocalFile.WriteAsync(target, stream => image.Content.CopyToAsync(stream, cancellationToken));
        if (IsJson(arguments))
        {
            await JsonOutput.WriteAsync(Console, json => ImageJson.Write(json, image.Info), cancellationToken);
        }
        else
        {
            // The reader of a pipe or a device must get only the image, and standard output may be the same pipe.
            var messages = target.Kind == OutputKind.Regular || target.IsStandardError ? Console.Out : Console.Error;
            messages.WriteLine($"Wrote {ImageLine.Describe(image.Info)} to {Printable.Line(file)}.");
        }

        return ExitCode.Success;
    }
}
