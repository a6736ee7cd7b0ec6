using System.CommandLine;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Commands;

/// <summary>The base of the commands that store images, with the options for the limits.</summary>
internal abstract class IntakeCommand : StoreCommand
{
    private readonly Option<long?> _maxPixels = new("--max-pixels") { Description = "The maximum width times height of an image; 100,000,000 by default", HelpName = "N", CustomParser = result => Parsers.Count(result) };
    private readonly Option<long?> _maxLength = new("--max-length") { Description = "The maximum size of an image, such as 200MB; 50 MiB by default", HelpName = "BYTES", CustomParser = Parsers.Bytes };
    private readonly Option<long?> _maxHeaderLength = new("--max-header-length") { Description = "The maximum number of bytes before the pixels of an image", HelpName = "BYTES", CustomParser = Parsers.Bytes };

    protected IntakeCommand(ToolConsole console, string name, string description)
        : base(console, name, description, StoreAccess.CreateIfMissing)
    {
        Options.Add(_maxPixels);
        Options.Add(_maxLength);
        Options.Add(_maxHeaderLength);
    }

    protected override StoreAccess AccessOf(ParseResult arguments) => base.AccessOf(arguments) with
    {
        Limits = new IntakeLimits(arguments.GetValue(_maxPixels), arguments.GetValue(_maxLength), arguments.GetValue(_maxHeaderLength)),
    };
}
