using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Workers;

return args is ["worker", .. var options] ? Worker.Run(WorkerOptions.Parse(options)) : CampaignRunner.Run(args);
