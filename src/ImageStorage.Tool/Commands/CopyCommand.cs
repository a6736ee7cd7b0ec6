using System.CommandLine;
using System.CommandLine.Parsing;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Commands;

/// <summary>The commands <c>cp</c> and <c>mv</c>: copy or move one image inside a store.</summary>
internal sealed class CopyCommand : StoreCommand
{
    private readonly Argument<ImageKey> _key = new("KEY") { Description = "The name of the image in the store", CustomParser = Parsers.Key };
    private readonly Argument<ImageKey> _newKey = new("NEWKEY") { Description = "The new name, in the same store", CustomParser = Parsers.Key };
    private readonly Option<bool> _createOnly = new("--create-only") { Description = "Fail if there is an image under the new name" };
    private readonly bool _isMove;

    private CopyCommand(ToolConsole console, string name, string description, bool isMove)
        : base(console, name, description)
    {
        _isMove = isMove;
        Arguments.Add(_key);
        Arguments.Add(_newKey);
        Options.Add(_createOnly);
        Validators.Add(RefuseSameKey);
    }

    public static CopyCommand CreateCopy(ToolConsole console) => new(console, "cp", "Copies an image to another name in the same store.", isMove: false);

    public static CopyCommand CreateMove(ToolConsole console) => new(console, "mv", "Moves an image to another name in the same store: both happens or nothing.", isMove: true);

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (key, newKey) = (arguments.GetRequiredValue(_key), arguments.GetRequiredValue(_newKey));
        await using var store = Open(arguments);
        var info = await RunAsync(store, key, newKey, arguments.GetValue(_createOnly), cancellationToken);
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

    private async Task<ImageInfo> RunAsync(OpenStore store, ImageKey key, ImageKey newKey, bool createOnly, CancellationToken cancellationToken)
    {
        var options = new CopyOptions { Precondition = createOnly ? IfNoneMatch.Any : null };
        try
        {
            return await (_isMove ? store.Images.MoveAsync(key, newKey, options, cancellationToken) : store.Images.CopyAsync(key, newKey, options, cancellationToken));
        }
        catch (ImageNotFoundException)
        {
            throw NotFound(key);
        }
        catch (ImageConflictException exception) when (createOnly && exception.Key == newKey && !exception.IsTransient)
        {
            throw new ToolException($"There is an image '{newKey}' already, and nothing was changed. Choose another name, or leave out --create-only to replace the image.", exception);
        }
    }

    private void RefuseSameKey(CommandResult result)
    {
        // The texts are compared as keys: a key in another normalization form is the same key.
        if (result.GetResult(_key) is { Tokens: [var key] } && result.GetResult(_newKey) is { Tokens: [var newKey] } && ImageKey.TryParse(KeyText.Normalize(key.Value), out var one) && ImageKey.TryParse(KeyText.Normalize(newKey.Value), out var other) && one == other)
        {
            result.AddError("KEY and NEWKEY are the same: give another NEWKEY.");
        }
    }
}
