using System.CommandLine;
using ImageStorage.Tool.Importing;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>import</c>: stores all images of a folder.</summary>
internal sealed class ImportCommand : IntakeCommand
{
    private readonly Argument<string> _folder = new("FOLDER") { Description = "The folder; the path of a file below the folder becomes its key" };
    private readonly Option<string?> _prefix = new("--prefix") { Description = "Text before every key, such as cats/", HelpName = "P", CustomParser = Parsers.Prefix };
    private readonly Option<bool> _createOnly = new("--create-only") { Description = "Leave keys with an image alone, without comparing" };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace images whose content differs from the file" };
    private readonly Option<bool> _onlyImages = new("--only-images") { Description = "Leave out files that are not images, instead of refusing them" };
    private readonly Option<bool> _keepTimes = new("--keep-times") { Description = "Record the time of modification of a file as the creation time, instead of now" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Check every file and write nothing" };

    public ImportCommand(ToolConsole console)
        : base(console, "import", "Stores all images of a folder; images that the store has already stay.")
    {
        Arguments.Add(_folder);
        Options.Add(_prefix);
        Options.Add(_createOnly);
        Options.Add(_overwrite);
        Options.Add(_onlyImages);
        Options.Add(_keepTimes);
        Options.Add(_dryRun);
        Validators.Add(result =>
        {
            if (result.GetValue(_createOnly) && result.GetValue(_overwrite))
            {
                result.AddError("--create-only and --overwrite exclude each other: give one of them.");
            }
        });
    }

    protected override StoreAccess AccessOf(ParseResult arguments)
    {
        var isDryRun = arguments.GetValue(_dryRun);
        return base.AccessOf(arguments) with { IsDryRun = isDryRun, CreatesStore = !isDryRun };
    }

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var root = ImportFolder.Check(arguments.GetRequiredValue(_folder));
        await using var store = Open(arguments);
        var folder = ImportFolder.For(root, store);
        var import = new FolderImport(new FolderWalk(folder.Root, folder.Except), new FileImporter(store.Images, folder.Root, SettingsOf(arguments)));

        var json = IsJson(arguments);
        var isDryRun = arguments.GetValue(_dryRun);
        await using IImportReport report = json ? new JsonImportReport(Console, isDryRun) : new TextImportReport(Console, isDryRun);
        var tally = new ImportTally();
        var started = Console.Clock.GetTimestamp();
        try
        {
            await Activity.RunAsync(Console, isDryRun ? "Checking" : "Importing", !json, activity => RunAsync(import, folder, tally, report, activity, cancellationToken));
        }
        finally
        {
            // Also after a failure or Ctrl+C: stored images stay stored, and the next run continues from there.
            await report.CompleteAsync(tally, Console.Clock.GetElapsedTime(started), CancellationToken.None);
            foreach (var inner in tally.Stores)
            {
                Console.Error.WriteLine($"warning: The folder '{Printable.Line(inner)}' is a store, whose files hold more than the images, and was not imported.");
            }
        }

        return tally.IsClean ? ExitCode.Success : ExitCode.Failure;
    }

    private static async Task RunAsync(FolderImport import, ImportFolder folder, ImportTally tally, IImportReport report, Activity activity, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var counting = activity.IsVisible ? FolderImport.CountAsync(new FolderWalk(folder.Root, folder.Except), activity, ended.Token) : Task.CompletedTask;
        try
        {
            await import.RunAsync(tally, result => Show(result, report, activity), cancellationToken);
        }
        finally
        {
            await ended.CancelAsync();
            await EndAsync(counting);
        }
    }

    private static async Task EndAsync(Task counting)
    {
        try
        {
            await counting;
        }
        catch (OperationCanceledException)
        {
            // The import has ended first.
        }
    }

    private static void Show(ImportResult result, IImportReport report, Activity activity)
    {
        activity.Advance(result.Bytes);
        if (result.Problem is not null)
        {
            report.Add(result, activity);
        }
    }

    private ImportSettings SettingsOf(ParseResult arguments) => new()
    {
        Prefix = arguments.GetValue(_prefix) ?? string.Empty,
        Existing = arguments.GetValue(_createOnly) ? ExistingImages.Keep : arguments.GetValue(_overwrite) ? ExistingImages.Overwrite : ExistingImages.Compare,
        OnlyImages = arguments.GetValue(_onlyImages),
        KeepTimes = arguments.GetValue(_keepTimes),
    };
}
