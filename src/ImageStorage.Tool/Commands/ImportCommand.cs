using System.CommandLine;
using ImageStorage.Tool.Importing;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Commands;

/// <summary><c>import</c>: stores all files of a folder.</summary>
internal sealed class ImportCommand : StoreCommand
{
    private readonly Argument<string> _folder = new("FOLDER") { Description = "The folder; the path of a file below it becomes its key" };
    private readonly Option<bool> _keepTimes = new("--keep-times") { Description = "Record when a file was modified as the time of creation, instead of now" };

    public ImportCommand(ToolConsole console)
        : base(console, "import", "Stores all images of a folder; those that are there already are skipped.", StoreAccess.CreateIfMissing)
    {
        Arguments.Add(_folder);
        Options.Add(_keepTimes);
    }

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var root = ImportFolder.Check(arguments.GetRequiredValue(_folder));
        await using var store = Open(arguments);
        var folder = ImportFolder.For(root, store);
        var import = new FolderImport(new FolderWalk(folder.Root, folder.Except), new FileImporter(store.Images, folder.Root, arguments.GetValue(_keepTimes)));

        var json = IsJson(arguments);
        await using IImportReport report = json ? new JsonImportReport(Console) : new TextImportReport(Console);
        var tally = new ImportTally();
        var started = Console.Clock.GetTimestamp();
        try
        {
            await Activity.RunAsync(Console, "Importing", !json, activity => import.RunAsync(tally, result => Show(result, report, activity), cancellationToken));
        }
        finally
        {
            // Also after a failure or Ctrl+C: what was stored until then stays stored, and the next run goes on from there.
            await report.CompleteAsync(tally, Console.Clock.GetElapsedTime(started), CancellationToken.None);
        }

        return tally.IsClean ? ExitCode.Success : ExitCode.Failure;
    }

    private static void Show(ImportResult result, IImportReport report, Activity activity)
    {
        activity.Advance(result.Bytes);
        if (result.Outcome is ImportOutcome.Refused or ImportOutcome.Failed)
        {
            report.Add(result, activity);
        }
    }
}
