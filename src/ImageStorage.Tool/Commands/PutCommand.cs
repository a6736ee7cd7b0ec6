using System.CommandLine;
using ImageStorage.Tool.Files;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>put</c>: stores one file.</summary>
internal sealed class PutCommand : IntakeCommand
{
    private readonly Argument<ImageKey> _key = new("KEY") { Description = "The name of the image in the store, such as cats/tom.jpg", CustomParser = Parsers.Key };
    private readonly Argument<string> _file = new("FILE") { Description = "The file to store; - for standard input" };
    private readonly Option<string?> _contentType = new("--content-type") { Description = "Refuse the image unless its bytes are of this type, such as image/png", HelpName = "TYPE" };
    private readonly Option<string[]> _tags = new("--tag") { Description = "A tag; may be repeated", HelpName = "TAG", DefaultValueFactory = _ => [] };
    private readonly Option<Dictionary<string, string>> _metadata = new("--meta") { Description = "A name and a value to store with the image; may be repeated", HelpName = "NAME=VALUE", CustomParser = Parsers.Pairs, Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _createOnly = new("--create-only") { Description = "Fail if there is an image under the key" };
    private readonly Option<ImageETag?> _ifMatch = new("--if-match") { Description = "Replace only this version of the image", HelpName = "ETAG", CustomParser = Parsers.ETag };

    public PutCommand(ToolConsole console)
        : base(console, "put", "Stores an image.")
    {
        Arguments.Add(_key);
        Arguments.Add(_file);
        Options.Add(_contentType);
        Options.Add(_tags);
        Options.Add(_metadata);
        Options.Add(_createOnly);
        Options.Add(_ifMatch);
        Validators.Add(result =>
        {
            if (result.GetValue(_createOnly) && result.GetResult(_ifMatch) is not null)
            {
                result.AddError("--create-only and --if-match exclude each other: give one of them.");
            }
        });
    }

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var file = arguments.GetRequiredValue(_file);
        await using var content = file == "-" ? Console.OpenInput() : LocalFile.OpenRead(file);
        await using var store = Open(arguments);
        var info = await SaveAsync(store, arguments, content, file, cancellationToken);
        if (IsJson(arguments))
        {
            await JsonOutput.WriteAsync(Console, json => ImageJson.Write(json, info), cancellationToken);
        }
        else
        {
            Console.Out.WriteLine($"Stored {ImageLine.Describe(info)}.");
        }

        return ExitCode.Success;
    }

    private async Task<ImageInfo> SaveAsync(OpenStore store, ParseResult arguments, Stream content, string file, CancellationToken cancellationToken)
    {
        var key = arguments.GetRequiredValue(_key);
        try
        {
            return await store.Images.SaveAsync(key, content, ToOptions(arguments, file), cancellationToken);
        }
        catch (ImageConflictException exception)
        {
            throw new ToolException(
                arguments.GetValue(_createOnly)
                    ? $"There is an image '{key}' already, and nothing was changed. Choose another key, or leave out --create-only to replace the image."
                    : $"The image '{key}' is not in the version that --if-match names, and nothing was changed. 'imagestorage info' shows its current ETag.",
                exception);
        }
    }

    private SaveOptions ToOptions(ParseResult arguments, string file) => new()
    {
        ContentType = arguments.GetValue(_contentType),
        FileName = file == "-" ? null : Path.GetFileName(file),
        Tags = arguments.GetValue(_tags),
        Metadata = arguments.GetValue(_metadata),
        Precondition = arguments.GetValue(_createOnly) ? IfNoneMatch.Any : arguments.GetValue(_ifMatch) is { } etag ? new IfMatch(etag) : null,
    };
}
