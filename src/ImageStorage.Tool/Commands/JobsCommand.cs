using System.CommandLine;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>jobs</c>: the long tasks on a store.</summary>
internal static class JobsCommand
{
    public static Command Create(ToolConsole console) => new("jobs", "Lists, shows and cancels the jobs of a store.")
    {
        new JobsLsCommand(console),
        new JobsShowCommand(console),
        new JobsCancelCommand(console),
    };

    /// <summary>Returns the argument that names a job.</summary>
    public static Argument<string> NewId() => new("ID") { Description = "The id of the job, as 'jobs ls' prints it" };

    public static ToolException NotFound(string id) => new($"There is no job '{id}' in the store. 'jobs ls' lists the jobs.");
}
