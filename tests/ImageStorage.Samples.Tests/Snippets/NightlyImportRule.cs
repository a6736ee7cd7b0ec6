namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>Raises an alert when nothing was saved during the last minutes.</summary>
internal sealed class NightlyImportRule : AlertRule
{
    public override string Name => "no-import";

    public override IEnumerable<AlertReading> Read(AlertContext context)
    {
        var saves = context.Report.Operations.FirstOrDefault(operation => operation.Operation == "save")?.Count ?? 0;
        return
        [
            new AlertReading
            {
                Value = saves == 0 ? 1 : 0,
                Message = "The import has saved no image during the last minutes.",
                Remedy = "See the log of the import.",
            },
        ];
    }
}
