using System.CommandLine;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>jobs ls</c>: lists the open jobs and the last ended jobs.</summary>
internal sealed class JobsLsCommand(ToolConsole console) : StoreCommand(console, "ls", "Lists the open jobs, and the last 20 ended jobs of each kind.")
{
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var store = Open(arguments);
        await store.EnsureExistsAsync(cancellationToken);
        await using var json = IsJson(arguments) ? new JsonOutput(Console) : null;
        json?.Writer.WriteStartArray();
        var isEmpty = true;
        await foreach (var job in store.Jobs.ListAsync(cancellationToken))
        {
            isEmpty = false;
            if (json is null)
            {
                Console.Out.WriteLine(JobText.Line(job));
                continue;
            }

            JobText.Write(json.Writer, job);
            json.Flush();
        }

        if (json is not null)
        {
            json.Writer.WriteEndArray();
            await json.CompleteAsync(cancellationToken);
        }
        else if (isEmpty)
        {
            Console.WriteInformation("No jobs.");
        }

        return ExitCode.Success;
    }
}
