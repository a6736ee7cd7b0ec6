using System.CommandLine;
using System.CommandLine.Parsing;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Commands;

/// <summary>The commands <c>cp</c> and <c>mv</c>: copy or move one image inside a store.</summary>
internal sealed class CopyCommand : StoreCommand
{
    private readonly Argument<ImageKey> _key = new("KEY") { Description = "The key of the image: its name in the store", CustomParser = Parsers.Key };
    private readonly Argument<ImageKey> _newKey = new("NEWKEY") { Description = "The new key, in the same store", CustomParser = Parsers.Key };
    private readonly Option<bool> _createOnly = new("--create-only") { Description = "Fail if there is an image under the new key, instead of replacing the image" };
    private readonly Option<ImageETag?> _ifMatch = new("--if-match") { Description = "Fail unless the image under KEY has this version", HelpName = "ETAG", CustomParser = Parsers.ETag };
    private readonly bool _isMove;

    private CopyCommand(ToolConsole console, string name, string description, bool isMove)
        : base(console, name, description)
    {
        _isMove = isMove;
        Arguments.Add(_key);
        Arguments.Add(_newKey);
        Options.Add(_createOnly);
        Options.Add(_ifMatch);
        Validators.Add(RefuseSameKey);
    }

    public static CopyCommand CreateCopy(ToolConsole console) => new(console, "cp", "Copies an image to another key of the same store, and replaces an image under that key.", isMove: false);

    public static CopyCommand CreateMove(ToolConsole console) => new(console, "mv", "Moves an image to another key of the same store, wholly or not at all, and replaces an image under that key.", isMove: true);

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (key, newKey) = (arguments.GetRequiredValue(_key), arguments.GetRequiredValue(_newKey));
        await using var store = Open(arguments);
        var info = await RunAsync(store, key, newKey, OptionsOf(arguments), cancellationToken);
        if (IsJson(arguments))
        {
            await JsonOutput.WriteAsync(Console, json => ImageJson.Write(json, info), cancellationToken);
        }
        else
        {
            Console.Out.WriteLine($"{(_isMove ? "Moved" : "Copied")} {key} to {ImageLine.Describe(info)}.");
        }

        return ExitCode.Success;
    }

    private async Task<ImageInfo> RunAsync(OpenStore store, ImageKey key, ImageKey newKey, CopyOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await (_isMove ? store.Images.MoveAsync(key, newKey, options, cancellationToken) : store.Images.CopyAsync(key, newKey, options, cancellationToken));
        }
        catch (ImageNotFoundException)
        {
            throw NotFound(key);
        }
        catch (ImageConflictException exception) when (options.Precondition is not null && exception.Key == newKey && !exception.IsTransient)
        {
            throw new ToolException($"There is an image '{newKey}' already, and nothing was changed. Choose another key, or leave out --create-only to replace the image.", exception);
        }
        catch (ImageConflictException exception) when (options.SourcePrecondition is not null && exception.Key == key && !exception.IsTransient)
        {
            throw new ToolException($"The image '{key}' is not in the version that --if-match names, and nothing was changed. 'imagestorage info' shows its current ETag.", exception);
        }
    }

    private CopyOptions OptionsOf(ParseResult arguments) => new()
    {
        Precondition = arguments.GetValue(_createOnly) ? IfNoneMatch.Any : null,
        SourcePrecondition = arguments.GetValue(_ifMatch) is { } etag ? new IfMatch(etag) : null,
    };

    private void RefuseSameKey(CommandResult result)
    {
        // The texts are compared as keys: a key in another normalization form is the same key.
        if (result.GetResult(_key) is { Tokens: [var key] } && result.GetResult(_newKey) is { Tokens: [var newKey] } && ImageKey.TryParse(KeyText.Normalize(key.Value), out var one) && ImageKey.TryParse(KeyText.Normalize(newKey.Value), out var other) && one == other)
        {
            result.AddError("KEY and NEWKEY are the same: give another NEWKEY.");
        }
    }
}
